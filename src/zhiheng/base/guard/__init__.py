"""What national rules forbid is refused, with the rule and a lawful recast; what they leave open asks its basis."""
