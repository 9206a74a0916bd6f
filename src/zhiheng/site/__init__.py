"""The shell: settings, urls, navigation, the front page. Holds no rules."""
