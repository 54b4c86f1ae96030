/** The same items; the next is read while its reader works on this one. */
export async function* readAhead<Item>(items: AsyncGenerator<Item, void>): AsyncGenerator<Item, void> {
  try {
    let next = items.next();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = items.next();
      // Its failure is its reader's, who may not ask for it any more.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await items.return();
  }
}
