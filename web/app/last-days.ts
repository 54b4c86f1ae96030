/** When today began, and each of the days before it, in the reader's own zone. Not every day has 24 hours. */
export function lastDays(count: number, now = new Date()): Date[] {
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()];
  return Array.from({ length: count }, (_, index) => new Date(year, month, day - (count - 1 - index)));
}
