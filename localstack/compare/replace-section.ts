const START = '<!-- generated: npm run docs:emulators -->';
const END = '<!-- end of what is generated -->';

/**
 * A document with what lies between its two marks replaced.
 * @throws where it lacks the marks.
 */
export function replaceSection(document: string, section: string): string {
  const start = document.indexOf(START);
  const end = document.indexOf(END, start);
  if (start === -1 || end === -1) throw new Error(`The document lacks the marks ${START} and ${END}.`);
  return `${document.slice(0, start)}${START}\n\n${section}\n\n${document.slice(end)}`;
}
