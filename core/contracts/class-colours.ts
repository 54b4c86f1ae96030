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

const COUNT = CLASS_COLOURS.length;
const colourAt = (index: number) => CLASS_COLOURS[index % COUNT] as string;

/**
 * The colours of the classes of one image, by their ids. A class has its own colour, or the next one that is free where
 * another class of the image has that: there are more classes than colours, and no two in an image may be alike.
 */
export function colourClasses(classIds: Iterable<number>): ReadonlyMap<number, string> {
  const colours = new Map<number, string>();
  for (const id of [...new Set(classIds)].sort((one, other) => one - other)) {
    const taken = new Set(colours.values());
    let index = id;
    while (taken.size < COUNT && taken.has(colourAt(index))) index += 1;
    colours.set(id, colourAt(index));
  }
  return colours;
}

/** Black or white, whichever is read more easily on a colour. */
export function textOn(colour: string): '#000' | '#fff' {
  const [red, green, blue] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  );
  const luminance = 0.2126 * (red as number) + 0.7152 * (green as number) + 0.0722 * (blue as number);
  return luminance > 0.179 ? '#000' : '#fff';
}

const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
