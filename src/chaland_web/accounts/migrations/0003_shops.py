"""The shops an account is bound to, by code or by region."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_user_role")]

    operations = [
        migrations.CreateModel(
            name="Region",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("shops", models.JSONField(default=list)),
            ],
        ),
        migrations.AddField("user", "shops", models.JSONField(blank=True, default=list)),
        migrations.AddField(
            "user",
            "region",
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="accounts.region"),
        ),
    ]
