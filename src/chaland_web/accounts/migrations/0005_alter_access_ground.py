"""One more ground to open a file: the customer himself, in his own space."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_journals")]

    operations = [
        migrations.AlterField(
            "access",
            "ground",
            models.CharField(
                choices=[
                    ("role", "by role"),
                    ("shop", "own shop"),
                    ("reason", "reason given"),
                    ("own", "the customer himself"),
                ],
                default="role",
                max_length=8,
            ),
        ),
    ]
