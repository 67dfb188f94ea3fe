from django.db import migrations, models


class Migration(migrations.Migration):
    """The reason why a log could not be read is kept with its template and values, which takes more room."""

    dependencies = [("insight", "0001_initial")]

    operations = [
        migrations.AlterField(model_name="importedlog", name="problem", field=models.TextField(blank=True)),
    ]
