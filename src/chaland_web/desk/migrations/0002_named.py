"""The records that a consent was said for besides the one it hangs on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Named",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32)),
                ("record_id", models.CharField(max_length=250)),
            ],
            options={"indexes": [models.Index(fields=["record_id"], name="desk_named_record")]},
        ),
    ]
