const ANNOUNCEMENT_STATUSES = ['pending', 'done'] as const;

/**
 * Whether the announcement of the state a record has is still to be made. Every write of `status` makes it
 * pending again, whoever writes.
 */
export const announcementAttribute = {
  type: ANNOUNCEMENT_STATUSES,
  hidden: true,
  watch: ['status'],
  set: (state?: (typeof ANNOUNCEMENT_STATUSES)[number]) => state ?? 'pending',
} as const;

/** `seconds` from now, as records have times. */
export const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
