"""Which editor a param gets, from nothing but its declaration."""

from __future__ import annotations

from alphintra_desktop.graph.node_type import Param
from alphintra_desktop.ui.inspector.code_field import CodeEditor
from alphintra_desktop.ui.inspector.market_editors import (
    DayEditor,
    Surroundings,
    SymbolsEditor,
    dataset_editor,
    symbol_editor,
    timeframe_editor,
)
from alphintra_desktop.ui.inspector.number_editor import NumberEditor
from alphintra_desktop.ui.inspector.param_editor import (
    ChoiceEditor,
    ParamEditor,
    SwitchEditor,
    TextEditor,
)
from alphintra_desktop.ui.inspector.subject import Subject

_BY_MEANING = {
    "dataset": dataset_editor,
    "timeframe": timeframe_editor,
    "symbols": SymbolsEditor,
    "symbol": symbol_editor,
    "day": DayEditor,
}


def editor_for(param: Param, subject: Subject) -> ParamEditor:
    """A new editor for values of `param`."""
    if param.language == "python":
        return CodeEditor(subject.look)
    if param.choices:
        return ChoiceEditor(param, subject.look)
    if param.kind is bool:
        return SwitchEditor(subject.look)
    if param.kind in (int, float):
        return NumberEditor(param, subject.look)
    made = _BY_MEANING.get(param.meaning)
    if made is not None:
        return made(Surroundings(subject.look, subject.known, subject.dataset))
    return TextEditor()
