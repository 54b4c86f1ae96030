import type { Construct } from 'constructs';

/** What an operator may set with `-c name=value` about credits; down to thousandths of one. */
export const CREDIT_DEFAULTS = {
  /** What a new account opens with. */
  initialCredits: 1000,
  /** An image, when it is accepted. */
  imagePriceCredits: 0.75,
  videoFramePriceCredits: 0.5,
  /** One model on one image or video. */
  analysisPriceCredits: 0,
  /** A balance that falls under this is announced as low. */
  lowCredits: 50,
};

export type CreditSettings = Readonly<typeof CREDIT_DEFAULTS>;

/** @throws where a setting is not an amount of credits. */
export function readCreditSettings(scope: Construct): CreditSettings {
  const read = ([name, preset]: [string, number]): [string, number] => {
    const given: unknown = scope.node.tryGetContext(name);
    return [name, given === undefined ? preset : readAmount(name, given)];
  };
  return Object.fromEntries(Object.entries(CREDIT_DEFAULTS).map(read)) as CreditSettings;
}

function readAmount(name: string, given: unknown): number {
  const text = String(given).trim();
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(text)) {
    throw new Error(
      `The setting ${name} must be credits with at most three decimals, not "${String(given)}".`,
    );
  }
  return Number(text);
}

/** As functions are told that move credits. */
export const creditTerms = ({ initialCredits, lowCredits }: CreditSettings) => ({
  INITIAL_CREDITS: String(initialCredits),
  LOW_CREDITS: String(lowCredits),
});

/** As functions are told that charge for what they take in. */
export const creditPrices = (settings: CreditSettings) => ({
  IMAGE_PRICE_CREDITS: String(settings.imagePriceCredits),
  VIDEO_FRAME_PRICE_CREDITS: String(settings.videoFramePriceCredits),
  ANALYSIS_PRICE_CREDITS: String(settings.analysisPriceCredits),
});
