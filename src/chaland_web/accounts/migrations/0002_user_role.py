"""A role for each account: those made before roles existed could do everything, and still can."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField("user", "role", models.CharField(max_length=24, default="administrator")),
        migrations.AlterField(
            "user",
            "role",
            models.CharField(
                max_length=24,
                choices=[
                    ("administrator", "administrator"),
                    ("analyst", "analyst"),
                    ("campaign_manager", "campaign manager"),
                    ("steward", "steward"),
                    ("shop_manager", "shop manager"),
                    ("adviser", "shop adviser"),
                    ("phone_adviser", "phone adviser"),
                    ("privacy_officer", "privacy officer"),
                ],
                default="adviser",
            ),
        ),
    ]
