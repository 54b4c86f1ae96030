import * as z from 'zod';

/** An id in a path. Its form is not checked: an id of no known form is one that does not exist. */
export const idParams = z.object({ id: z.string().min(1).max(128) });
