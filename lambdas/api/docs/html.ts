export const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** What the contracts write: text with `code` between backticks, and addresses. */
export const proseHtml = (text: string) =>
  escapeHtml(text)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/https:\/\/[\w./-]*[\w/]/g, (url) => `<a href="${url}">${url}</a>`);

export const tableHtml = (header: readonly string[], rows: readonly (readonly string[])[]) =>
  rows.length === 0
    ? ''
    : `<table><tr>${header.map((cell) => `<th scope="col">${cell}`).join('')}${rows
        .map((cells) => `<tr>${cells.map((cell) => `<td>${cell}`).join('')}`)
        .join('')}</table>`;
