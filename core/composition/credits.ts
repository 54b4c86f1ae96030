import type * as z from 'zod';
import { type CreditWriter, createCreditWriter } from '../adapters/dynamodb/records/credit-writer.ts';
import type { SegmentryTable } from '../adapters/dynamodb/table/segmentry-table.ts';
import type { CreditPricesEnvironment, CreditTermsEnvironment } from '../contracts/environment.ts';
import { type CreditPrices, toThousandths } from '../domain/entities/credits.ts';
import { now } from './clock.ts';

/** What moves credits, at the terms that the operator has set. */
export const composeCredits = (
  table: SegmentryTable,
  { INITIAL_CREDITS, LOW_CREDITS }: z.output<typeof CreditTermsEnvironment>,
): CreditWriter =>
  createCreditWriter(table, {
    terms: { initial: toThousandths(INITIAL_CREDITS), low: toThousandths(LOW_CREDITS) },
    now,
  });

export const composePrices = (environment: z.output<typeof CreditPricesEnvironment>): CreditPrices => ({
  image: toThousandths(environment.IMAGE_PRICE_CREDITS),
  videoFrame: toThousandths(environment.VIDEO_FRAME_PRICE_CREDITS),
  analysis: toThousandths(environment.ANALYSIS_PRICE_CREDITS),
});
