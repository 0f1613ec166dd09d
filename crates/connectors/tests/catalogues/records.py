"""Writes 200 records, CNMARC and MARC 21 by halves, as files, and what pymarc reads from those files as JSON beside them."""

import json
import random
import sys
from pathlib import Path

from pymarc import Field, Indicators, Leader, MARCReader, Record, Subfield, XMLWriter, parse_xml_to_array

WORDS = "三体 围城 活着 呐喊 平凡的世界 乡土中国 万历十五年 目送 小王子 café naïve 《红楼梦》 A&B <x> 1,000".split()
DICE = random.Random(11)


def words(most=4):
    return " ".join(DICE.choice(WORDS) for _ in range(DICE.randint(1, most)))


def isbn(number):
    digits = f"9787{number:08d}"
    total = sum(int(digit) * (1 if place % 2 == 0 else 3) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def data(tag, *subfields, indicators=" " * 2):
    return Field(tag, Indicators(*indicators), [Subfield(code, text) for code, text in subfields])


def notes(record, tag):
    """Odd things that records have: repeated fields and subfields, empty ones, digits as codes."""
    for _ in range(DICE.randint(0, 3)):
        subfields = [(DICE.choice("abcx29"), DICE.choice([words(), "", f" {words()} /"])) for _ in range(DICE.randint(1, 4))]
        record.add_field(data(tag, *subfields, indicators=DICE.choice(["  ", "1 ", "04"])))


def cnmarc(number):
    record = Record(leader=Leader("00000nam0a2200000   450 "))
    record.add_field(Field("001", data=f"CN{number:06d}"))
    record.add_field(data("010", ("a", isbn(number)), ("b", "精装"), ("d", f"CNY{DICE.randint(9, 99)}.{DICE.randint(0, 99):02d}")))
    record.add_field(data("200", ("a", words()), ("e", words(2)), ("f", words(1) + "著"), indicators="1 "))
    record.add_field(data("210", ("a", "北京"), ("c", words(1) + "出版社"), ("d", str(DICE.randint(1949, 2026)))))
    notes(record, "300")
    record.add_field(data("701", ("a", "鲁迅"), ("4", "著"), indicators=" 0"))
    record.add_field(data("330", ("a", words(9))))
    record.add_field(data("905", ("a", "总馆"), ("d", "I247.5"), ("e", str(number))))
    return record


def marc21(number):
    record = Record(leader=Leader("00000nam a2200000 a 4500"))
    record.add_field(Field("001", data=f"US{number:06d}"))
    record.add_field(Field("008", data="260101s2026    cc            000 0 chi d"))
    record.add_field(data("020", ("a", isbn(number) + " (pbk.)"), ("c", f"CNY{DICE.randint(9, 99)}")))
    record.add_field(data("100", ("a", words(1) + ","), indicators="1 "))
    record.add_field(data("245", ("a", words() + " :"), ("b", words(2) + " /"), ("c", words(1) + "."), indicators="10"))
    record.add_field(data("264", ("a", "上海 :"), ("b", words(1) + ","), ("c", f"c{DICE.randint(1949, 2026)}."), indicators=" 1"))
    notes(record, "500")
    record.add_field(data("952", ("a", "CPL"), ("o", f"I247 {number}"), ("q", DICE.choice(["", "2026-12-01"]))))
    return record


def in_gb18030(record):
    """pymarc writes UTF-8 alone; the directory counts bytes, as ISO 2709 has it."""
    directory, body = b"", b""
    for field in record.fields:
        text = field.data if field.is_control_field() else "".join(field.indicators) + "".join(
            f"\x1f{part.code}{part.value}" for part in field.subfields)
        value = text.encode("gb18030") + b"\x1e"
        directory += f"{field.tag}{len(value):04d}{len(body):05d}".encode()
        body += value
    base = 24 + len(directory) + 1
    leader = f"{base + len(body) + 1:05d}nam0 22{base:05d}   450 ".encode()
    return leader + directory + b"\x1e" + body + b"\x1d"


def read(record):
    fields = []
    for field in record.fields:
        if field.is_control_field():
            fields.append([field.tag, field.data, "", []])
        else:
            fields.append([field.tag, "", "".join(field.indicators), [[part.code, part.value] for part in field.subfields]])
    return fields


def main(folder):
    chinese, others = [cnmarc(number) for number in range(100)], [marc21(number) for number in range(100, 200)]
    (folder / "cnmarc.mrc").write_bytes(b"".join(record.as_marc() for record in chinese))
    (folder / "marc21.mrc").write_bytes(b"\r\n".join(record.as_marc() for record in others))
    (folder / "gb18030.mrc").write_bytes(b"".join(in_gb18030(record) for record in chinese))
    writer = XMLWriter(open(folder / "all.xml", "wb"))
    for record in chinese + others:
        writer.write(record)
    writer.close()
    told = {"all.xml": [read(record) for record in parse_xml_to_array(str(folder / "all.xml"))]}
    for name, options in [("cnmarc.mrc", {}), ("gb18030.mrc", {"file_encoding": "gb18030"})]:
        with open(folder / name, "rb") as file:
            told[name] = [read(record) for record in MARCReader(file, **options)]
    # pymarc cannot pass over what stands between records.
    with open(folder / "marc21.plain", "wb") as file:
        file.write(b"".join(record.as_marc() for record in others))
    with open(folder / "marc21.plain", "rb") as file:
        told["marc21.mrc"] = [read(record) for record in MARCReader(file)]
    (folder / "told.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


main(Path(sys.argv[1]))
