"""What is written of customers, line by line."""

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
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("contact", "Contact"),
                            ("case", "Case"),
                            ("consent", "Consent"),
                            ("correction", "Correction"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("record_id", models.CharField(max_length=250)),
                ("customer_id", models.CharField(max_length=64)),
                ("fields", models.JSONField()),
                ("said_at", models.DateTimeField()),
                ("due_date", models.DateField(null=True)),
                ("is_withdrawn", models.BooleanField(default=False)),
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
                    models.Index(fields=["key", "id"], name="desk_line_key"),
                    models.Index(fields=["record_id", "id"], name="desk_line_record"),
                    models.Index(
                        condition=models.Q(("due_date__isnull", False)), fields=["due_date"], name="desk_line_due"
                    ),
                ],
            },
        ),
    ]
