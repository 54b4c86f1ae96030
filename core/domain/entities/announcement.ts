import { createHash } from 'node:crypto';
import type { AnnouncedEvent } from '../../contracts/events.ts';

/** An event on its way to those who are to hear of it. */
export interface Announcement {
  /** Equal each time the same thing is announced, so that hearing it twice can be told from two things. */
  readonly id: string;
  readonly userId: string;
  readonly event: AnnouncedEvent;
  /** Of a job, without its version. */
  readonly model?: string;
  /** A webhook that the request named, which is notified whatever its own events are. */
  readonly webhookId?: string;
}

/** The longest event, as JSON in UTF-8. */
export const EVENT_LIMIT_BYTES = 20_000;

/** Makes the announcement of an event, short enough to be sent anywhere. */
export function announce(event: AnnouncedEvent, about: Omit<Announcement, 'id' | 'event'>): Announcement {
  return { ...about, id: eventId(event), event: shorten(event) };
}

function eventId({ type, timestamp, data }: AnnouncedEvent): string {
  const digest = createHash('sha256').update(`${type} ${data.id} ${timestamp}`).digest('hex');
  return `evt_${digest.slice(0, 32)}`;
}

/** A summary grows with the model's classes; the links lead to it all the same. */
function shorten(event: AnnouncedEvent): AnnouncedEvent {
  if (!('summary' in event.data) || Buffer.byteLength(JSON.stringify(event)) <= EVENT_LIMIT_BYTES) {
    return event;
  }
  const { summary: _, ...data } = event.data;
  return { ...event, data } as AnnouncedEvent;
}
