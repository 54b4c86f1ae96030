/** A code, the HTTP status that it is answered with (none where it stands in a record), its cause, and what to do. */
export type ProblemCode = readonly [code: string, status: number | undefined, cause: string, remedy: string];
