"""What stewards say of pairs of records."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("record_id_l", models.CharField(max_length=250)),
                ("record_id_r", models.CharField(max_length=250)),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("same", "one person"),
                            ("apart", "two persons"),
                            ("skip", "skipped"),
                            ("withdrawn", "taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("match_weight", models.FloatField(null=True)),
                ("is_second", models.BooleanField(default=False)),
                ("is_kept", models.BooleanField(default=False)),
                ("user_name", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["record_id_l", "record_id_r", "id"], name="steward_judgement_pair"),
                    models.Index(fields=["user_name", "-id"], name="steward_judgement_user"),
                ],
            },
        ),
    ]
