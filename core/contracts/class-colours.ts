/**
 * One colour a class, by its id. Neighbours differ in hue and in lightness, so that they are told apart under the common
 * colour-vision deficiencies too (after Okabe and Ito, with tones between theirs).
 */
export const CLASS_COLOURS = [
  '#e69f00',
  '#0072b2',
  '#56d364',
  '#cc5a9e',
  '#f0e442',
  '#5e4fa2',
  '#56b4e9',
  '#d55e00',
  '#9be7d8',
  '#8c2d04',
  '#b8a9f0',
  '#00755e',
] as const;

export const classColour = (classId: number): string =>
  CLASS_COLOURS[classId % CLASS_COLOURS.length] as string;

/** Black or white, whichever is read more easily on a colour. */
export function textOn(colour: string): '#000' | '#fff' {
  const [red, green, blue] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  );
  const luminance = 0.2126 * (red as number) + 0.7152 * (green as number) + 0.0722 * (blue as number);
  return luminance > 0.179 ? '#000' : '#fff';
}

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
