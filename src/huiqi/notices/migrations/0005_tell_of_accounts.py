from django.db import migrations, models

import huiqi.notices.types


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_tell_of_registers"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="notice",
            name="told_once_by_whom_it_comes_from",
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("fits", "新符合的政策"),
                    ("search", "保存的查找"),
                    ("push", "部门推送"),
                    ("decision", "更正结果"),
                    ("case", "办件进展"),
                    ("reminder", "到期提醒"),
                    ("entry", "名录变动"),
                    ("account", "收款账户"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            huiqi.notices.types.Kind["PUSH"],
                            huiqi.notices.types.Kind["DECISION"],
                            huiqi.notices.types.Kind["CASE"],
                            huiqi.notices.types.Kind["REMINDER"],
                            huiqi.notices.types.Kind["ENTRY"],
                            huiqi.notices.types.Kind["ACCOUNT"],
                        ],
                    )
                ),
                fields=("party", "about", "origin"),
                name="told_once_by_whom_it_comes_from",
            ),
        ),
    ]
