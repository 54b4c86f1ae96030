// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Names come from others: what could move the cursor, colour the terminal or turn the line round is left out. */
export const printable = (text: string): string => text.replace(CONTROLS, '');
