"""Qt's own Fusion style, coloured by ours, with quieter edges."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from alphintra_desktop.ui.look import Colours, Look


def apply_style(app: QApplication, look: Look) -> None:
    """Give every widget the look in force; to be called again when it changes."""
    colours = look.colours
    app.setStyleSheet("")  # else what is styled keeps the size of its text
    app.setFont(look.font)
    app.setPalette(palette(colours))
    app.setStyleSheet(style_sheet(colours))


def palette(colours: Colours) -> QPalette:
    """The colours as Qt's widgets ask for them."""
    made = QPalette()
    role = QPalette.ColorRole
    for wanted, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.panel),
        (role.AlternateBase, colours.raised),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.faint),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.error),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.Light, colours.raised),
        (role.Midlight, colours.raised),
        (role.Mid, colours.line),
        (role.Dark, colours.line),
        (role.Shadow, colours.window),
    ):
        made.setColor(wanted, QColor(colour))
    for wanted in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, wanted, QColor(_mixed(colours)))
    return made


def _mixed(colours: Colours) -> str:
    """Faint text on the panel, for what cannot be used now."""
    front, back = QColor(colours.faint), QColor(colours.panel)
    parts = (
        round(0.55 * a + 0.45 * b)
        for a, b in zip(front.getRgb()[:3], back.getRgb()[:3], strict=True)
    )
    return "#{:02x}{:02x}{:02x}".format(*parts)


def style_sheet(colours: Colours) -> str:
    """What Fusion leaves to a style sheet: edges, tabs, scroll bars, docks."""
    return _SHEET.format(**{**colours.__dict__, "disabled": _mixed(colours)})


_SHEET = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line}; padding: 4px 6px; }}
QMainWindow::separator {{ background: {window}; width: 5px; height: 5px; }}
QMainWindow::separator:hover {{ background: {accent}; }}
QSplitter::handle {{ background: {window}; }}
QMenuBar {{ background: {window}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {raised}; color: {text}; }}
QMenu {{ background: {panel}; border: 1px solid {line}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 14px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {disabled}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QStatusBar {{ background: {window}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QDockWidget {{ color: {faint}; titlebar-close-icon: none; titlebar-normal-icon: none; }}
QDockWidget::title {{ background: {window}; padding: 6px 9px; text-align: left; }}
QDockWidget > QWidget {{ background: {panel}; }}
QTabBar {{ background: {window}; }}
QTabBar::tab {{
    background: {window}; color: {faint}; padding: 6px 13px; border: none;
    border-bottom: 2px solid transparent;
}}
QTabBar::tab:selected {{
    color: {text}; background: {panel}; border-bottom: 2px solid {accent};
}}
QTabBar::tab:hover:!selected {{ color: {text}; }}
QTabWidget::pane {{ border: none; background: {panel}; }}
QLineEdit, QPlainTextEdit, QTextEdit {{
    background: {panel}; color: {text}; border: 1px solid {line}; border-radius: 5px;
    padding: 4px 7px; selection-background-color: {accent}; selection-color: {on_accent};
}}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {{ border: 1px solid {accent}; }}
QLineEdit:disabled {{
    color: {disabled}; background: {window};
}}
QPushButton {{
    background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 5px;
    padding: 5px 14px;
}}
QPushButton:hover {{ border-color: {accent}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border: 1px solid {accent}; }}
QPushButton:default {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton:checked {{ background: {line}; border-color: {accent}; }}
QPushButton:disabled {{ color: {disabled}; background: {window}; border-color: {line}; }}
QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 4px; }}
QToolButton:hover {{ background: {raised}; }}
QToolButton:focus {{ border: 1px solid {accent}; }}
QToolButton:checked {{ background: {raised}; }}
QToolButton#run {{
    background: {raised}; color: {text}; border: 1px solid {line}; padding: 3px 12px 3px 8px;
    margin: 2px 10px 2px 0;
}}
QToolButton#run:hover, QToolButton#run:focus {{ border-color: {accent}; }}
QToolButton#run:disabled {{ color: {disabled}; background: {window}; }}
QToolBar {{ background: {window}; border: none; spacing: 3px; }}
QToolBar#activities {{ border-right: 1px solid {line}; padding: 6px 4px; }}
QToolBar#activities QToolButton {{
    color: {faint}; padding: 8px 4px 6px 4px; margin: 1px 0; min-width: 62px; border-radius: 6px;
}}
QToolBar#activities QToolButton:checked {{
    color: {text}; background: {panel}; border-left: 2px solid {accent};
}}
QHeaderView {{ background: {panel}; }}
QHeaderView::section {{
    background: {panel}; color: {faint}; border: none; border-bottom: 1px solid {line};
    padding: 5px 8px;
}}
QTableView, QTreeView, QListView {{
    background: {panel}; alternate-background-color: {raised}; border: 1px solid {line};
    gridline-color: {line}; selection-background-color: {accent};
    selection-color: {on_accent}; outline: none;
}}
QMainWindow QTableView, QMainWindow QTreeView, QMainWindow QListView, QDialog QTableView,
QDialog QTreeView, QDialog QListView {{ border: none; }}
QComboBox QAbstractItemView {{ border: 1px solid {line}; }}
QTableView::item, QTreeView::item, QListView::item {{ padding: 3px 6px; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {line}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 28px; }}
QScrollBar::handle:horizontal {{ min-width: 28px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
QProgressBar {{
    background: {raised}; border: none; border-radius: 3px; text-align: center; color: {text};
}}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}
QDialog {{ background: {panel}; }}
QDialog#chooser {{ border: 1px solid {line}; }}
QCommandLinkButton, QCommandLinkButton:default {{
    background: {raised}; color: {text}; border: 1px solid {line}; border-radius: 5px;
}}
QCommandLinkButton:hover, QCommandLinkButton:focus {{ border-color: {accent}; }}
QGroupBox {{ border: 1px solid {line}; border-radius: 6px; margin-top: 10px; padding-top: 8px; }}
QGroupBox::title {{ subcontrol-origin: margin; left: 9px; color: {faint}; }}
"""
