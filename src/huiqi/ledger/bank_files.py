"""The file that goes to the bank and the one that comes back, both CSV with a heading line.

    to the bank:   指令号,收款人,收款人代码,户名,开户银行,账号,金额,批次
    from the bank: 指令号,回单号,金额,结果,原因,日期

The result is 已付 or 退回 (`paid`, `returned`). English headings are read too: order, reference, amount, result,
reason, date.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final

from huiqi.base.bilingual import Bilingual
from huiqi.base.days import day_from
from huiqi.base.spreadsheet import plain_cell
from huiqi.ledger.models import PaymentOrder
from huiqi.ledger.runs import Line, LineProblem

HEADINGS: Final = {
    "指令号": "order", "回单号": "reference", "金额": "amount", "结果": "result", "原因": "reason", "日期": "date",
}  # fmt: skip
NEEDED: Final = ("order", "reference", "amount", "result", "date")
RESULTS: Final = {"已付": True, "paid": True, "退回": False, "退票": False, "returned": False}
AMOUNT: Final = re.compile(r"\d+(\.\d{1,2})?")
MOST_LINES: Final = 100_000


def bank_file(orders: Iterable[PaymentOrder]) -> str:
    """What a released run asks the bank to pay and where; text cells cannot be taken for formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["指令号", "收款人", "收款人代码", "户名", "开户银行", "账号", "金额", "批次"])
    for order in orders:
        run, to = order.run.number if order.run else "", order.account
        account = [to.holder, to.bank, to.number] if to is not None else ["", "", ""]
        cells = [order.number, order.payee_name, order.payee, *account]
        writer.writerow([*(plain_cell(cell) for cell in cells), f"{order.amount:.2f}", run])
    return out.getvalue()


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_receipts(content: bytes) -> tuple[list[Line], list[LineProblem]]:
    """The lines of the bank's answer and what cannot be read of it, named by row."""
    text = decoded(content)
    if text is None:
        return [], [
            LineProblem("file", Bilingual("文件编码无法识别", "the file is neither UTF-8 nor GB 18030"))
        ]
    rows = csv.DictReader(io.StringIO(text))
    headings = [HEADINGS.get(name.strip(), name.strip().lower()) for name in rows.fieldnames or ()]
    missing = [name for name in NEEDED if name not in headings]
    if missing:
        zh = {en: zh for zh, en in HEADINGS.items()}
        problem = Bilingual(
            f"缺少列：{'、'.join(zh[m] for m in missing)}", f"columns missing: {', '.join(missing)}"
        )
        return [], [LineProblem("row 1", problem)]
    rows.fieldnames = headings
    lines: list[Line] = []
    problems: list[LineProblem] = []
    for number, row in enumerate(rows, 2):
        if number > MOST_LINES:
            problems.append(LineProblem(f"row {number}", Bilingual("行数太多", "too many lines")))
            break
        said = {
            key: (value or "").strip() for key, value in row.items() if isinstance(value, str | None) and key
        }
        line, fault = read_line(f"row {number}", said)
        if fault is not None:
            problems.append(LineProblem(f"row {number}", fault))
        elif line is not None:
            lines.append(line)
    return lines, problems


def decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read_line(where: str, said: dict[str, str]) -> tuple[Line | None, Bilingual | None]:
    """A line, or what is wrong with it; neither for an empty row."""
    if not any(said.values()):
        return None, None
    amount, day = amount_from(said["amount"]), day_from(said["date"])
    result = RESULTS.get(said["result"].lower())
    if amount is None:
        return None, Bilingual(f"“{said['amount']}”不是金额", f"{said['amount']!r} is not an amount")
    if day is None:
        return None, Bilingual(f"“{said['date']}”不是日期（2013-06-30）", f"{said['date']!r} is not a day")
    if result is None:
        return None, Bilingual(
            f"结果“{said['result']}”不是已付或退回", f"{said['result']!r} is not paid or returned"
        )
    if not said["order"] or not said["reference"]:
        return None, Bilingual("没有指令号或回单号", "the order or the reference is missing")
    reason = said.get("reason", "")
    return Line(where, said["order"][:90], said["reference"][:100], amount, result, reason[:300], day), None


def amount_from(text: str) -> Decimal | None:
    tidy = text.replace(",", "").strip()
    try:
        return Decimal(tidy).quantize(Decimal("0.01")) if AMOUNT.fullmatch(tidy) else None
    except InvalidOperation:
        return None
