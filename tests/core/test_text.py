from descend.core.language.text import number, rate


def test_losses_have_four_digits_and_learning_rates_three():
    assert [number(value) for value in (0.1031249, 12345.6, 2.0, 1e-30)] == ["0.1031", "1.235e+04", "2", "1e-30"]
    assert [rate(value) for value in (0.0173205, 1.0)] == ["0.0173", "1"]


def test_what_is_missing_is_said_as_asked():
    assert number(None) == rate(None) == "\N{EN DASH}"
    assert (number(None, none="diverged"), rate(None, none="")) == ("diverged", "")
