import type { z } from 'zod';
import type { CreditPricesEnvironment, CreditTermsEnvironment } from '../contracts/environment.ts';
import { type CreditPrices, type CreditTerms, toThousandths } from '../domain/entities/credits.ts';

export const readCreditTerms = (environment: z.output<typeof CreditTermsEnvironment>): CreditTerms => ({
  initial: toThousandths(environment.INITIAL_CREDITS),
  low: toThousandths(environment.LOW_CREDITS),
});

export const readCreditPrices = (environment: z.output<typeof CreditPricesEnvironment>): CreditPrices => ({
  image: toThousandths(environment.IMAGE_PRICE_CREDITS),
  videoFrame: toThousandths(environment.VIDEO_FRAME_PRICE_CREDITS),
  analysis: toThousandths(environment.ANALYSIS_PRICE_CREDITS),
});
