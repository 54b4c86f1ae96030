import * as z from 'zod';
import { createRoute } from './create-route.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';
import { FOR_PERSONS } from './scopes.ts';

/** More than any one grant is meant to be: what exceeds it is a slip. */
const GRANT_LIMIT_CREDITS = 1_000_000;

export const CreditsBody = z
  .object({
    balance: z.number().nonnegative().describe('In credits; the sum of all entries'),
    available: z.number().nonnegative().describe('The balance less what is held for uploads under way'),
  })
  .meta({ id: 'Credits' });
export type CreditsBody = z.infer<typeof CreditsBody>;

export const CreditEntryBody = z
  .object({
    id: z.string(),
    kind: z.enum(['grant', 'debit', 'refund']),
    amount: z.number().describe('In credits; negative for a debit'),
    balance: z.number().describe('In credits; the sum of it and all entries before it'),
    reason: z.enum([
      'initial_grant',
      'granted',
      'image_accepted',
      'analysis',
      'video_frames',
      'own_failure',
      'canceled',
    ]),
    note: z.string().optional(),
    items: z.array(z.string()).describe('What it is for, such as `image:<id>` or `job:<id>`'),
    at: z.iso.datetime(),
  })
  .meta({ id: 'CreditEntry' });
export type CreditEntryBody = z.infer<typeof CreditEntryBody>;

export const GrantCreditsBody = z
  .strictObject({
    amount: z
      .number()
      .min(0.001)
      .max(GRANT_LIMIT_CREDITS)
      .refine((credits) => Number.isInteger(Math.round(credits * 1e6) / 1e3), 'Give at most three decimals.'),
    note: z.string().trim().min(1).max(200).optional(),
  })
  .meta({ id: 'GrantCredits' });

const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

export const getCreditsRoute = createRoute({
  method: 'get',
  path: '/v1/credits',
  tags: ['Credits'],
  summary: 'What the own account has',
  responses: { 200: answer('The credits', CreditsBody), ...problemResponses },
});

export const listCreditEntriesRoute = createRoute({
  method: 'get',
  path: '/v1/credits/entries',
  tags: ['Credits'],
  summary: 'How the own balance came about, newest first',
  request: { query: z.object(pageQuery) },
  responses: { 200: answer('A page of entries', pageOf(CreditEntryBody)), ...problemResponses },
});

export const grantCreditsRoute = createRoute({
  method: 'post',
  path: '/v1/users/{id}/credits',
  tags: ['Administration'],
  summary: 'Give a user credits; the path names the user by id or email',
  security: FOR_PERSONS,
  request: {
    params: idParams.extend({ id: z.string().min(1).max(254) }),
    body: { required: true, content: { 'application/json': { schema: GrantCreditsBody } } },
  },
  responses: { 201: answer('What the user has now', CreditsBody), ...problemResponses },
});
