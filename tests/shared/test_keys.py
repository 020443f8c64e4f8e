"""Keys in files: made once, replaced while all goes on, and never half of one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.keys import KEY_BYTES, KeyFile, drop_old_keys, make_key, read_keys, rotate_key
from shared.sealing import Seal, SealBroken

OLD, NEW = bytes(range(32)), bytes(range(32, 64))


def write(directory: Path, *keys: bytes) -> None:
    (directory / "link.key").write_text("\n".join(key.hex() for key in keys))


def known_keys(file: KeyFile) -> list[bytes]:
    """Those of this moment."""
    return list(file.keys)


def test_a_key_is_made_once_and_private(tmp_path: Path) -> None:
    make_key(tmp_path / "keys", "pass")
    first = read_keys(tmp_path / "keys", "pass")
    make_key(tmp_path / "keys", "pass")
    assert read_keys(tmp_path / "keys", "pass") == first
    assert (tmp_path / "keys" / "pass.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["pass.key"]


def test_a_missing_or_short_key_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"pass\.key is missing"):
        KeyFile(tmp_path, "pass")
    (tmp_path / "pass.key").write_text("abcd")
    with pytest.raises(SystemExit, match="less than 32 bytes"):
        KeyFile(tmp_path, "pass")
    with pytest.raises(SystemExit, match="cannot be made"):
        make_key(tmp_path / "pass.key" / "below", "pass")


@pytest.mark.parametrize("text", ["", "\n\n", OLD.hex() + "\nabcd", OLD.hex() + "\nnonsense", "é"])
def test_each_line_is_a_whole_key_or_nothing_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "link.key").write_text(text)
    with pytest.raises(SystemExit):
        read_keys(tmp_path, "link")


def test_the_first_line_is_the_newest(tmp_path: Path) -> None:
    (tmp_path / "link.key").write_text(f"\n{NEW.hex()}\n\n {OLD.hex()} \n")
    assert read_keys(tmp_path, "link") == (NEW, OLD)


def test_a_changed_file_is_noticed_at_the_next_use(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    known = KeyFile(tmp_path, "link")
    assert known_keys(known) == [OLD]
    write(tmp_path, NEW, OLD)  # the same file, written over
    assert known_keys(known) == [NEW, OLD]
    rotate_key(tmp_path, "link")
    assert known_keys(known) == [*read_keys(tmp_path, "link")]
    assert known_keys(known)[1:] == [NEW, OLD]
    assert known.newest == known_keys(known)[0]


def test_a_secret_that_is_mounted_anew_is_noticed(tmp_path: Path) -> None:
    for name, keys in (("..1", (OLD,)), ("..2", (NEW, OLD))):
        (tmp_path / name).mkdir()
        write(tmp_path / name, *keys)
    (tmp_path / "..data").symlink_to("..1")
    (tmp_path / "link.key").symlink_to("..data/link.key")
    known = KeyFile(tmp_path, "link")
    assert known_keys(known) == [OLD]
    (tmp_path / "..next").symlink_to("..2")
    (tmp_path / "..next").rename(tmp_path / "..data")  # as the kubelet does
    assert known_keys(known) == [NEW, OLD]


def test_what_cannot_be_read_any_more_leaves_the_keys_known(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    known = KeyFile(tmp_path, "link")
    for text in ("", NEW.hex()[:20], f"{NEW.hex()}\n{OLD.hex()[:30]}"):
        (tmp_path / "link.key").write_text(text)
        assert known_keys(known) == [OLD]
    (tmp_path / "link.key").unlink()
    assert known_keys(known) == [OLD]
    write(tmp_path, NEW, OLD)
    assert known_keys(known) == [NEW, OLD]


def test_a_key_is_replaced_in_place_for_the_same_readers(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    path = tmp_path / "link.key"
    for mode, kept in ((0o600, 0o600), (0o640, 0o640), (0o666, 0o640)):
        path.chmod(mode)
        rotate_key(tmp_path, "link")
        assert path.stat().st_mode & 0o777 == kept
    assert len(read_keys(tmp_path, "link")) == 4
    assert read_keys(tmp_path, "link")[-1] == OLD
    assert [each.name for each in tmp_path.iterdir()] == ["link.key"]


def test_rotating_a_linked_file_changes_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    write(tmp_path / "real", OLD)
    (tmp_path / "link.key").symlink_to("real/link.key")
    rotate_key(tmp_path, "link")
    assert (tmp_path / "link.key").is_symlink()
    assert len(read_keys(tmp_path / "real", "link")) == 2


def test_of_makers_at_once_each_adds_a_line_and_no_reader_sees_half(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    seen = []
    with ThreadPoolExecutor(8) as threads:
        made = [threads.submit(rotate_key, tmp_path, "link") for _ in range(24)]
        while not all(each.done() for each in made):
            seen.append(read_keys(tmp_path, "link"))
    keys = read_keys(tmp_path, "link")
    assert len(keys) == len(set(keys)) == 25
    assert {each.result()[0] for each in made} == set(keys) - {OLD}
    assert all(each == keys[-len(each) :] for each in seen)


def test_all_but_the_newest_are_dropped(tmp_path: Path) -> None:
    write(tmp_path, NEW, OLD, OLD)
    assert drop_old_keys(tmp_path, "link") == 2
    assert read_keys(tmp_path, "link") == (NEW,)
    assert drop_old_keys(tmp_path, "link") == 0


def test_what_cannot_be_replaced_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is missing"):
        rotate_key(tmp_path, "link")
    with pytest.raises(SystemExit, match="cannot be made"):
        rotate_key(tmp_path / "nowhere", "link")
    write(tmp_path, OLD, b"short")
    with pytest.raises(SystemExit, match="less than 32 bytes"):
        rotate_key(tmp_path, "link")
    assert len((tmp_path / "link.key").read_text().split()) == 2


def test_what_any_key_closed_is_opened_and_the_first_one_closes() -> None:
    both, sealed = Seal(NEW, OLD), Seal(OLD).close("secret", bound_to="row")
    assert both.open(sealed, bound_to="row") == "secret"
    anew = both.anew(sealed, bound_to="row")
    assert both.anew(anew, bound_to="row") == anew != sealed
    assert Seal(NEW).open(anew, bound_to="row") == "secret"
    for seal, row in ((Seal(OLD), "row"), (both, "other"), (Seal(bytes(KEY_BYTES)), "row")):
        with pytest.raises(SealBroken):
            seal.open(anew, bound_to=row)
        with pytest.raises(SealBroken):
            seal.anew(anew, bound_to=row)
