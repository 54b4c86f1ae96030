import font from './label-glyphs.json' with { type: 'json' };

/** Width and outline of a glyph in thousandths of the type size, y down from the baseline. */
type Glyph = readonly [advance: number, path: string];

const glyphs = font.glyphs as unknown as Partial<Record<string, Glyph>>;

/** A line of text as outlines: the places this runs at have no fonts. */
export interface OutlinedText {
  readonly width: number;
  /** SVG, its baseline's left end at the origin. */
  readonly svg: string;
}

/** @param size of the type in pixels. Characters outside Latin-1 show as `?`. */
export function outlineText(text: string, size: number): OutlinedText {
  let advance = 0;
  const paths: string[] = [];
  for (const character of text.normalize('NFC')) {
    const [width, path] = (glyphs[character] ?? glyphs['?']) as Glyph;
    if (path !== '') paths.push(`<path transform="translate(${advance})" d="${path}"/>`);
    advance += width;
  }
  const scale = size / 1000;
  return { width: advance * scale, svg: `<g transform="scale(${scale})">${paths.join('')}</g>` };
}
