import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measures', '0002_baseline'),
        ('reports', '0003_compared_with'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='growth',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='measures.analysis'),
        ),
    ]
