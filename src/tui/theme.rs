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
            ThemeName::Dark => Self::coloured(Color::Cyan, Color::Yellow, Color::Green, Color::Red),
            // On white neither green, cyan nor yellow can be read: what agrees is blue, as keys are.
            ThemeName::Light => {
                Self::coloured(Color::Blue, Color::Magenta, Color::Blue, Color::Red)
            }
            // Of the sixteen these alone keep their distance from white and from black.
            ThemeName::Either => Self::coloured(
                Color::LightBlue,
                Color::Magenta,
                Color::LightBlue,
                Color::LightRed,
            ),
            ThemeName::Mono => Self::mono(),
        }
    }

    fn coloured(accent: Color, warn: Color, good: Color, bad: Color) -> Self {
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
            bad: bold.fg(bad),
            warn: plain.fg(warn),
            note: plain.fg(accent),
            key: bold.fg(accent),
            cursor: bold,
            chosen: bold.add_modifier(Modifier::REVERSED),
            differs: bold.fg(bad).add_modifier(Modifier::UNDERLINED),
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
    /// What text may be written in.
    pub letters: Letters,
}

/// The characters that text may be written in.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Letters {
    /// Whatever it holds.
    All,
    /// ASCII alone: other characters are spelled out.
    Ascii,
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
        letters: Letters::All,
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
        parts: "X",
        more: ["^", "v"],
        severities: ["X", "!", "i"],
        letters: Letters::Ascii,
        ..Self::UNICODE
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green and blue as terminals draw them unless told otherwise: the first sixteen colours of
    /// xterm, of the VGA console, of GNOME Terminal, of macOS Terminal, of the Windows console.
    const PALETTES: [(&str, [u32; 16]); 5] = [
        (
            "xterm",
            [
                0x00_0000, 0xCD_0000, 0x00_CD00, 0xCD_CD00, 0x00_00EE, 0xCD_00CD, 0x00_CDCD,
                0xE5_E5E5, 0x7F_7F7F, 0xFF_0000, 0x00_FF00, 0xFF_FF00, 0x5C_5CFF, 0xFF_00FF,
                0x00_FFFF, 0xFF_FFFF,
            ],
        ),
        (
            "VGA",
            [
                0x00_0000, 0xAA_0000, 0x00_AA00, 0xAA_5500, 0x00_00AA, 0xAA_00AA, 0x00_AAAA,
                0xAA_AAAA, 0x55_5555, 0xFF_5555, 0x55_FF55, 0xFF_FF55, 0x55_55FF, 0xFF_55FF,
                0x55_FFFF, 0xFF_FFFF,
            ],
        ),
        (
            "GNOME",
            [
                0x17_1421, 0xC0_1C28, 0x26_A269, 0xA2_734C, 0x12_488B, 0xA3_47BA, 0x2A_A1B3,
                0xD0_CFCC, 0x5E_5C64, 0xF6_6151, 0x33_DA7A, 0xE9_AD0C, 0x2A_7BDE, 0xC0_61CB,
                0x33_C7DE, 0xFF_FFFF,
            ],
        ),
        (
            "macOS",
            [
                0x00_0000, 0x99_0000, 0x00_A600, 0x99_9900, 0x00_00B2, 0xB2_00B2, 0x00_A6B2,
                0xBF_BFBF, 0x66_6666, 0xE5_0000, 0x00_D900, 0xE5_E500, 0x00_00FF, 0xE5_00E5,
                0x00_E5E5, 0xE5_E5E5,
            ],
        ),
        (
            "Windows",
            [
                0x0C_0C0C, 0xC5_0F1F, 0x13_A10E, 0xC1_9C00, 0x00_37DA, 0x88_1798, 0x3A_96DD,
                0xCC_CCCC, 0x76_7676, 0xE7_4856, 0x16_C60C, 0xF9_F1A5, 0x3B_78FF, 0xB4_009E,
                0x61_D6D6, 0xF2_F2F2,
            ],
        ),
    ];

    /// The place of a colour among the sixteen.
    fn place(colour: Color) -> usize {
        [
            Color::Black,
            Color::Red,
            Color::Green,
            Color::Yellow,
            Color::Blue,
            Color::Magenta,
            Color::Cyan,
            Color::Gray,
            Color::DarkGray,
            Color::LightRed,
            Color::LightGreen,
            Color::LightYellow,
            Color::LightBlue,
            Color::LightMagenta,
            Color::LightCyan,
            Color::White,
        ]
        .into_iter()
        .position(|c| c == colour)
        .expect("one of the terminal's own sixteen")
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(rgb: u32) -> f64 {
        let [_, r, g, b] = rgb.to_be_bytes().map(|byte| {
            let part = f64::from(byte) / 255.0;
            if part <= 0.040_45 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Every colour that a theme draws in.
    fn colours(theme: ThemeName) -> Vec<Color> {
        let styles = Styles::new(theme);
        let all = [
            styles.text,
            styles.quiet,
            styles.border,
            styles.title,
            styles.strong,
            styles.good,
            styles.bad,
            styles.warn,
            styles.note,
            styles.key,
            styles.cursor,
            styles.chosen,
            styles.differs,
            styles.pointed,
            styles.found,
            styles.masked,
            styles.escape,
            styles.blank,
        ];
        let all = all.iter().chain(&styles.bytes);
        all.filter_map(|style| style.fg).collect()
    }

    #[test]
    fn every_colour_of_the_light_theme_can_be_read_on_white() {
        for colour in colours(ThemeName::Light) {
            for (name, palette) in PALETTES {
                let contrast = 1.05 / (luminance(palette[place(colour)]) + 0.05);
                assert!(
                    contrast >= 4.0,
                    "{colour} on white in {name}: {contrast:.1}"
                );
            }
        }
    }

    #[test]
    fn where_the_background_is_not_known_every_colour_can_be_read_on_white_and_on_black() {
        for colour in colours(ThemeName::Either) {
            for (name, palette) in PALETTES {
                let light = luminance(palette[place(colour)]) + 0.05;
                let (on_white, on_black) = (1.05 / light, light / 0.05);
                // No hue of the sixteen is farther from both ends in every palette: the blue of macOS is
                // the darkest on black, at the contrast that is asked of signs and large text elsewhere.
                assert!(
                    on_white >= 3.0,
                    "{colour} on white in {name}: {on_white:.1}"
                );
                assert!(
                    on_black >= 2.4,
                    "{colour} on black in {name}: {on_black:.1}"
                );
            }
        }
    }
}
