"""Logs with address, ground and reason; exports, sign-ins, changes of accounts; sessions, second factor."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_shops"),
    ]

    operations = [
        migrations.AddField(
            model_name="access",
            name="address",
            field=models.CharField(default="", max_length=45),
        ),
        migrations.AddField(
            model_name="access",
            name="ground",
            field=models.CharField(
                choices=[("role", "by role"), ("shop", "own shop"), ("reason", "reason given")],
                default="role",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="access",
            name="reason",
            field=models.CharField(default="", max_length=200),
        ),
        migrations.AddField(
            model_name="user",
            name="must_change_password",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="user",
            name="second_key",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="user",
            name="second_step",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="access",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="access",
            name="user_name",
            field=models.CharField(db_index=True, max_length=150),
        ),
        migrations.CreateModel(
            name="AccountChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_name", models.CharField(db_index=True, max_length=150)),
                ("address", models.CharField(default="", max_length=45)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("account", models.CharField(db_index=True, max_length=150)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("created", "account created"),
                            ("changed", "role or shops changed"),
                            ("closed", "account closed"),
                            ("opened", "account opened again"),
                            ("password", "password changed"),
                            ("reset", "password given anew"),
                            ("second_on", "second factor set up"),
                            ("second_off", "second factor taken away"),
                            ("codes", "recovery codes made anew"),
                            ("ended", "sessions ended"),
                        ],
                        max_length=12,
                    ),
                ),
                ("detail", models.CharField(default="", max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_name", models.CharField(db_index=True, max_length=150)),
                ("address", models.CharField(default="", max_length=45)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("what", models.CharField(max_length=80)),
                ("rows", models.BigIntegerField()),
                ("detail", models.CharField(default="", max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("address", models.CharField(max_length=45)),
                ("browser", models.CharField(max_length=200)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField(auto_now_add=True)),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_name", models.CharField(db_index=True, max_length=150)),
                ("address", models.CharField(default="", max_length=45)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("opened", "signed in"),
                            ("wrong", "wrong password"),
                            ("wrong_code", "wrong code"),
                            ("blocked", "too many attempts"),
                            ("closed", "signed out"),
                            ("expired", "session expired"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_name", models.CharField(db_index=True, max_length=150)),
                ("address", models.CharField(default="", max_length=45)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                ("customer_id", models.CharField(max_length=64)),
                ("text", models.CharField(max_length=200)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "customer_id", "-at"], name="accounts_re_user_id_fbf69e_idx")],
            },
        ),
    ]
