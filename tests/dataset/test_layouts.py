"""Layouts: which files are samples, of which class and split, and how rows of tables become samples and rows again."""

from __future__ import annotations

import pytest
from claims import Claim, assembled, claims, fragment

from augcli.core.pipeline.settings import Input, Table
from augcli.core.values.outcome import SampleError
from augcli.dataset.layouts.blocks.reading import row_of
from augcli.dataset.layouts.blocks.registry import has_rows
from augcli.dataset.layouts.files import ClassFolders, split_of


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "parquet"])
def test_only_what_is_read_as_a_table_has_rows(kind):
    assert has_rows("table", kind, Input()) == (kind != "parquet")
    assert not any(has_rows(modality, kind, Input()) for modality in ("image", "audio", "text", None))


@pytest.mark.parametrize(
    ("folders", "split"),
    [
        (["train", "cat"], "train"), (["images", "Training"], "train"), (["data", "val", "x"], "val"), (["dev"], "val"),
        (["valid"], "val"), (["validation"], "val"), (["TEST"], "test"), (["eval", "train"], "test"), (["trainset"], ""),
        (["cat"], ""), ([], ""),
    ],
)  # fmt: skip
def test_splits(folders, split):
    assert split_of(folders) == split


def labelled(*paths: str, setting: str = "auto", modality: str = "image") -> bool:
    folders = ClassFolders()
    for path in paths:
        folders.see(modality, path.split("/")[:-1])
    return folders.found(modality, setting)


@pytest.mark.parametrize(
    "paths",
    [
        ["cat/1.jpg", "dog/2.jpg"],
        ["train/cat/1.jpg", "train/dog/2.jpg", "val/cat/3.jpg"],
        ["train/cat/1.jpg", "test/dog/2.jpg"],
        ["a/b/cat/1.jpg", "a/b/dog/2.jpg", "a/c/cat/3.jpg"],
        ["cat/train/1.jpg", "dog/train2/1.jpg", "cat/x/1.jpg"][1:],
    ],
)
def test_class_folders_are_recognised(paths):
    assert labelled(*paths) and labelled(*reversed(paths))


@pytest.mark.parametrize(
    "paths",
    [
        ["1.jpg", "2.jpg"],
        ["cat/1.jpg", "cat/2.jpg"],
        ["train/1.jpg", "val/2.jpg"],
        ["cat/1.jpg", "dog/2.jpg", "stray.jpg"],
        ["cat/1.jpg", "dog/more/2.jpg"],
        ["train/1.jpg", "cat/2.jpg", "dog/3.jpg"],
        ["cat/train/1.jpg", "dog/train/2.jpg"],
        [],
    ],
)
def test_other_folders_are_not_classes_in_whatever_order_they_come(paths):
    assert not labelled(*paths) and not labelled(*reversed(paths))
    assert not labelled(*sorted(paths, key=len))


def test_the_layout_may_be_said():
    assert labelled("1.jpg", setting="class_folders") and not labelled("cat/1.jpg", "dog/2.jpg", setting="plain")


def test_each_modality_has_its_own_layout():
    folders = ClassFolders()
    for path in ("image cat/1", "image dog/1", "text notes/1"):
        modality, folder = path.split(" ")
        folders.see(modality, folder.split("/")[:-1])
    assert folders.found("image", "auto") and not folders.found("text", "auto") and not folders.found("audio", "auto")


def test_rows_of_a_table(tmp_path):
    (tmp_path / "t.csv").write_text("id,text,label,x\na,one two,pos,1\nb,three,neg,2\n")
    assert claims(tmp_path / "t.csv") == [
        Claim("t.csv#a", 0, "one two", "pos"),
        Claim("t.csv#b", 1, "three", "neg"),
    ]


@pytest.mark.parametrize(
    ("header", "text", "label"),
    [
        ("text,label", "A", "B"), ("LABEL, Text ", "B", "A"), ("sentence,sentiment", "A", "B"), ("category,review", "B", "A"),
        ("comment,text", "B", None), ("content,rating", "A", None), ("message,class", "A", "B"),
    ],
)  # fmt: skip
def test_columns_are_found_by_their_usual_names(tmp_path, header, text, label):
    (tmp_path / "t.csv").write_text(f"{header}\nA,B\n")
    (claim,) = claims(tmp_path / "t.csv")
    assert (claim.content, claim.label) == (text, label)


def test_columns_that_are_named_win(tmp_path):
    (tmp_path / "t.csv").write_text("text,other,label,topic,id,key\nA,B,C,D,E,F\n")
    (claim,) = claims(tmp_path / "t.csv", Input(table=Table(text="other", label="topic", id="key")))
    assert claim == Claim("t.csv#F", 0, "B", "D")


@pytest.mark.parametrize(
    ("data", "settings", "code"),
    [
        (b"a,b\n1,2\n", Table(), "table.no_text_column"),
        (b"text,b\n1,2\n", Table(text="nope"), "table.no_column"),
        (b"text,b\n1,2\n", Table(label="nope"), "table.no_column"),
        (b'text\n"open', Table(), "table.quotes"),
        (b"text\n\xff\n", Table(), "text.encoding"),
        (b"", Table(), "file.empty"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_claim_with_its_trouble(tmp_path, data, settings, code):
    (tmp_path / "t.csv").write_bytes(data)
    (claim,) = claims(tmp_path / "t.csv", Input(table=settings))
    assert (claim.id, claim.row, claim.trouble[0]) == ("t.csv", -1, code) and claim.trouble[1]


def test_fragments_and_their_document(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b'\xef\xbb\xbfid;text;"note"\r\n1;"a; b";"x ""y"""\r\n2;c;z\r\n')
    rows = [fragment(path, "new", 0), fragment(path, 'n"w; ', 1, copy=3)]
    assert rows == [b'1__aug0;"new";"x ""y"""\r\n', b'2__aug3;"n""w; ";z\r\n']
    assert assembled(path, rows) == b'\xef\xbb\xbfid;text;"note"\r\n1__aug0;"new";"x ""y"""\r\n2__aug3;"n""w; ";z\r\n'
    assert row_of(str(path), Input(), 0).content == "a; b"
    with pytest.raises(SampleError, match="no longer has row 2"):
        row_of(str(path), Input(), 2)


def test_a_table_that_changes_is_read_anew(tmp_path):
    path = tmp_path / "t.csv"
    for number in range(3):
        path.write_text(f"text,n\na,{number}{'0' * number}\n")
        assert fragment(path, "b", 0) == f"b,{number}{'0' * number}\n".encode()
