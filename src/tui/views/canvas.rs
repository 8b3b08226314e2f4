//! Drawing within bounds: lines, borders, rules. Nothing drawn here can leave the screen or panic.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::tui::app::{Hit, Hits};
use crate::tui::text::{fit, plain};
use crate::tui::theme::Theme;

/// A word at the right end of a rule, and its style.
pub(crate) type Badge = Option<(String, Style)>;

/// What is drawn on.
pub(crate) struct Canvas<'a> {
    /// The cells.
    pub buf: &'a mut Buffer,
    /// How things look.
    pub theme: &'a Theme,
    /// Where things are.
    pub hits: &'a mut Hits,
    /// Which of several requests is looked at, where the strip had no room to tell.
    pub place: Option<String>,
}

impl Canvas<'_> {
    /// Draws spans from a place on, `width` columns at most; tells the columns taken.
    pub(crate) fn line(&mut self, x: u16, y: u16, width: u16, spans: &[Span<'_>]) -> u16 {
        let area = *self.buf.area();
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return 0;
        }
        let letters = self.theme.glyphs.letters;
        let spans = spans.iter().map(|span| Span {
            style: span.style,
            content: plain(&span.content, letters),
        });
        let line: Line<'_> = spans.collect();
        let width = width.min(area.right() - x);
        self.buf.set_line(x, y, &line, width).0 - x
    }

    /// Draws one text in one style.
    pub(crate) fn text(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        self.line(x, y, width, &[Span::styled(text, style)])
    }

    /// Takes all ink off an area, for what lies over it.
    pub(crate) fn wipe(&mut self, area: Rect) {
        let area = area.intersection(*self.buf.area());
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buf.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Takes an area into the background, for what lies over it.
    pub(crate) fn dim(&mut self, area: Rect) {
        let area = area.intersection(*self.buf.area());
        self.buf
            .set_style(area, Style::new().add_modifier(Modifier::DIM));
    }

    /// The title of a screen, with which of several requests it is about where nothing else tells that.
    pub(crate) fn titled_with_place(&self, title: &str) -> String {
        match &self.place {
            Some(place) => format!("{title} ({place})"),
            None => title.to_owned(),
        }
    }

    /// Remembers what a click at a place does.
    pub(crate) fn hit(&mut self, area: Rect, hit: Hit) {
        self.hits.add(area, hit);
    }

    /// A border around `area` with a title and a badge in its top line. The inside is what is left,
    /// with one blank column on each side.
    pub(crate) fn outline(
        &mut self,
        area: Rect,
        title: &str,
        badge: &Badge,
        focused: bool,
    ) -> Rect {
        if area.width < 2 || area.height < 2 {
            return Rect::default();
        }
        let glyphs = self.theme.glyphs;
        let style = self.theme.styles.border;
        let [top_left, top_right, bottom_right, bottom_left] = glyphs.corners;
        self.titled(area, area.y, [top_left, top_right], title, badge, focused);
        for y in area.y + 1..area.bottom() - 1 {
            self.text(area.x, y, 1, glyphs.vertical, style);
            self.text(area.right() - 1, y, 1, glyphs.vertical, style);
        }
        let bottom = glyphs.horizontal.repeat(usize::from(area.width - 2));
        let bottom = format!("{bottom_left}{bottom}{bottom_right}");
        self.text(area.x, area.bottom() - 1, area.width, &bottom, style);
        Rect {
            x: area.x + 2,
            y: area.y + 1,
            width: area.width.saturating_sub(4),
            height: area.height - 2,
        }
    }

    /// A line across `area` that joins its border, with a title and a badge.
    pub(crate) fn rule(&mut self, area: Rect, y: u16, title: &str, badge: &Badge, focused: bool) {
        let joints = self.theme.glyphs.joints;
        self.titled(area, y, joints, title, badge, focused);
    }

    fn titled(
        &mut self,
        area: Rect,
        y: u16,
        ends: [&str; 2],
        title: &str,
        badge: &Badge,
        focused: bool,
    ) {
        let glyphs = self.theme.glyphs;
        let styles = &self.theme.styles;
        let (border, title_style) = (styles.border, styles.title);
        let width = usize::from(area.width);
        let title = plain(title, glyphs.letters);
        // A title that fits alone goes before its badge.
        let badge = badge.as_ref().filter(|(text, _)| {
            let alone = width.saturating_sub(6);
            let beside = alone.saturating_sub(text.width() + 3);
            title.width() <= beside || title.width() > alone
        });
        let badge_width = badge.map_or(0, |(text, _)| text.width() + 3);
        let room = width.saturating_sub(6 + badge_width);
        let mut spans = vec![
            Span::styled(ends[0].to_owned(), border),
            Span::styled(glyphs.horizontal.to_owned(), border),
        ];
        let mut used = 2;
        let title = fit(&title, room, glyphs.ellipsis);
        if !title.is_empty() {
            let pointer = if focused { glyphs.pointer } else { " " };
            spans.push(Span::styled(format!("{pointer}{title} "), title_style));
            used += title.width() + 1 + pointer.width();
        }
        let badge = badge.filter(|_| used + badge_width + 2 <= width);
        let badge_width = if badge.is_some() { badge_width } else { 0 };
        let fill = width.saturating_sub(used + badge_width + 1);
        spans.push(Span::styled(glyphs.horizontal.repeat(fill), border));
        if let Some((text, style)) = badge {
            spans.push(Span::styled(format!(" {text} "), *style));
            spans.push(Span::styled(glyphs.horizontal.to_owned(), border));
        }
        spans.push(Span::styled(ends[1].to_owned(), border));
        self.line(area.x, y, area.width, &spans);
    }
}
