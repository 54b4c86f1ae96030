/** The time of day, for whatever takes a clock. */
export const now = (): Date => new Date();
