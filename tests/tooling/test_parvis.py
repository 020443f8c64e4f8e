"""The command `parvis` helps in words, and says what it cannot read."""

import subprocess
import sys

import pytest


def told(*words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "deploy.parvis", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["doctor", "--help"], 0, "Look at everything"),
        (["rebuild", "--help"], 0, "End what the others no longer tell"),
        (["doctor", "levitation"], 2, "not levitation"),
        (["rebuild"], 2, "usage: parvis rebuild {access | visitors | booking}"),
    ],
)
def test_a_question_about_a_command_is_answered(words: list[str], code: int, said: str) -> None:
    ended, text = told(*words)
    assert ended == code
    assert said in text
    assert "Traceback" not in text
