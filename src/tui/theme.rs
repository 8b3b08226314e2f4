//! Colours and glyphs: what things look like, by what they mean.
//!
//! Only the terminal's own 16 colours and its own background are used, so that light and dark both
//! stay legible; every meaning has a glyph or a word beside its colour. Views ask for meanings and
//! never name a colour.

use ratatui::style::{Color, Modifier, Style};

use super::options::{AppOptions, ThemeName};
use crate::engine::diagnose::{Mark, Severity};
use crate::engine::document::visible::GlyphKind;

/// A style for each meaning.
#[derive(Clone, Debug)]
pub(crate) struct Styles {
    /// Ordinary text.
    pub text: Style,
    /// What matters less: captions, units, places.
    pub quiet: Style,
    /// Borders.
    pub border: Style,
    /// Titles of panes.
    pub title: Style,
    /// The one thing to read first.
    pub strong: Style,
    /// Agreement, proof.
    pub good: Style,
    /// A difference, an error.
    pub bad: Style,
    /// A warning, or what only follows from something else.
    pub warn: Style,
    /// A remark.
    pub note: Style,
    /// A key to press.
    pub key: Style,
    /// The line under the cursor.
    pub cursor: Style,
    /// The open tab, a badge.
    pub chosen: Style,
    /// Bytes that stand on this side only.
    pub differs: Style,
    /// A place a finding or a field points at.
    pub pointed: Style,
    /// Text that was looked for.
    pub found: Style,
    /// What stands in for hidden text.
    pub masked: Style,
    /// Escapes of bytes that do not show themselves.
    pub escape: Style,
    /// Blanks that count.
    pub blank: Style,
    /// Bytes by category in the bytes view: NUL, printing, blank, control, not ASCII.
    pub bytes: [Style; 5],
}

impl Styles {
    /// The styles of a theme.
    pub(crate) fn new(theme: ThemeName) -> Self {
        match theme {
            ThemeName::Dark => Self::coloured(Color::Cyan, Color::Yellow, Color::Green),
            ThemeName::Light => Self::coloured(Color::Blue, Color::Magenta, Color::Green),
            ThemeName::Mono => Self::mono(),
        }
    }

    fn coloured(accent: Color, warn: Color, good: Color) -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let quiet = plain.fg(Color::DarkGray);
        Self {
            text: plain,
            quiet,
            border: quiet,
            title: bold,
            strong: bold,
            good: plain.fg(good),
            bad: bold.fg(Color::Red),
            warn: plain.fg(warn),
            note: plain.fg(accent),
            key: bold.fg(accent),
            cursor: bold,
            chosen: bold.add_modifier(Modifier::REVERSED),
            differs: bold.fg(Color::Red).add_modifier(Modifier::UNDERLINED),
            pointed: bold.fg(accent).add_modifier(Modifier::UNDERLINED),
            found: plain.fg(warn).add_modifier(Modifier::REVERSED),
            masked: quiet.add_modifier(Modifier::ITALIC),
            escape: plain.fg(Color::Magenta),
            blank: plain.fg(Color::Magenta).add_modifier(Modifier::UNDERLINED),
            bytes: [
                quiet,
                plain.fg(accent),
                plain.fg(good),
                plain.fg(Color::Magenta),
                plain.fg(warn),
            ],
        }
    }

    fn mono() -> Self {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        let dim = plain.add_modifier(Modifier::DIM);
        let reversed = plain.add_modifier(Modifier::REVERSED);
        Self {
            text: plain,
            quiet: dim,
            border: dim,
            title: bold,
            strong: bold,
            good: plain,
            bad: bold,
            warn: plain,
            note: plain,
            key: bold,
            cursor: bold,
            chosen: reversed.add_modifier(Modifier::BOLD),
            differs: bold.add_modifier(Modifier::UNDERLINED),
            pointed: bold.add_modifier(Modifier::UNDERLINED),
            found: reversed,
            masked: dim,
            escape: plain.add_modifier(Modifier::UNDERLINED),
            blank: plain.add_modifier(Modifier::UNDERLINED),
            bytes: [dim, plain, dim, plain, plain],
        }
    }

    /// The style of a glyph of raw bytes.
    pub(crate) fn glyph(&self, kind: GlyphKind) -> Style {
        match kind {
            GlyphKind::Text => self.text,
            GlyphKind::Control
            | GlyphKind::LineFeed
            | GlyphKind::CarriageReturn
            | GlyphKind::Invisible
            | GlyphKind::Invalid => self.escape,
        }
    }

    /// The style of a severity's word.
    pub(crate) fn severity(&self, severity: Severity) -> Style {
        match severity {
            Severity::Error => self.bad,
            Severity::Warning => self.warn,
            Severity::Note => self.note,
        }
    }

    /// The style of a stage's mark.
    pub(crate) fn mark(&self, mark: Mark) -> Style {
        match mark {
            Mark::Same => self.good,
            Mark::Differs => self.bad,
            Mark::Follows | Mark::NeedsSecret => self.warn,
            Mark::Unmarked => self.quiet,
        }
    }

    /// The style of one byte in the bytes view, as hexyl groups them.
    pub(crate) fn byte(&self, byte: u8) -> Style {
        let [nul, printing, blank, control, high] = self.bytes;
        match byte {
            0 => nul,
            b' ' | b'\t' | b'\n' | b'\r' => blank,
            0x21..=0x7E => printing,
            0x80.. => high,
            _ => control,
        }
    }
}

/// The characters that are drawn beside text.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Glyphs {
    /// Border: horizontal, vertical, then corners from top left clockwise.
    pub horizontal: &'static str,
    /// Border: vertical.
    pub vertical: &'static str,
    /// Corners: top left, top right, bottom right, bottom left.
    pub corners: [&'static str; 4],
    /// Where a rule meets the border: left, right.
    pub joints: [&'static str; 2],
    /// Something was cut off here.
    pub ellipsis: &'static str,
    /// The cursor.
    pub pointer: &'static str,
    /// From one party to the next.
    pub arrow: &'static str,
    /// Between things of one kind.
    pub dot: &'static str,
    /// One hidden character.
    pub mask: &'static str,
    /// Down the chain.
    pub down: &'static str,
    /// Full and empty part of a bar.
    pub bar: [&'static str; 2],
    /// This is here.
    pub present: &'static str,
    /// This is not here.
    pub absent: &'static str,
    /// A mark for the sides that part.
    pub parts: &'static str,
    /// More above, more below.
    pub more: [&'static str; 2],
    /// Severity glyphs: error, warning, note.
    pub severities: [&'static str; 3],
}

impl Glyphs {
    /// The usual set: box drawing and a few signs every terminal font has.
    pub(crate) const UNICODE: Self = Self {
        horizontal: "─",
        vertical: "│",
        corners: ["┌", "┐", "┘", "└"],
        joints: ["├", "┤"],
        ellipsis: "…",
        pointer: "▸",
        arrow: "→",
        dot: "·",
        mask: "•",
        down: "↓",
        bar: ["█", "░"],
        present: "[x]",
        absent: "[ ]",
        parts: "✗",
        more: ["↑", "↓"],
        severities: ["✗", "!", "i"],
    };

    /// ASCII alone.
    pub(crate) const ASCII: Self = Self {
        horizontal: "-",
        vertical: "|",
        corners: ["+", "+", "+", "+"],
        joints: ["+", "+"],
        ellipsis: "~",
        pointer: ">",
        arrow: "->",
        dot: "-",
        mask: "*",
        down: "v",
        bar: ["#", "."],
        present: "[x]",
        absent: "[ ]",
        parts: "X",
        more: ["^", "v"],
        severities: ["X", "!", "i"],
    };

    /// The glyph of a stage's mark; a blank where nothing is claimed.
    pub(crate) fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Same => "=",
            Mark::Differs => self.parts,
            Mark::Follows => "~",
            Mark::NeedsSecret => "?",
            Mark::Unmarked => " ",
        }
    }

    /// The glyph of a severity.
    pub(crate) fn severity(&self, severity: Severity) -> &'static str {
        let [error, warning, note] = self.severities;
        match severity {
            Severity::Error => error,
            Severity::Warning => warning,
            Severity::Note => note,
        }
    }
}

/// Everything that decides how things look.
#[derive(Clone, Debug)]
pub(crate) struct Theme {
    /// Styles by meaning.
    pub styles: Styles,
    /// Characters drawn beside text.
    pub glyphs: Glyphs,
}

impl Theme {
    /// The theme the options ask for.
    pub(crate) fn new(options: &AppOptions) -> Self {
        Self {
            styles: Styles::new(options.theme),
            glyphs: if options.ascii {
                Glyphs::ASCII
            } else {
                Glyphs::UNICODE
            },
        }
    }
}
