import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError, which commander tells with the flag's name. */
export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** A time or a size. @throws InvalidArgumentError */
export function toMeasure(text: string): number {
  const value = toNumber(text);
  if (value < 0) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
}

/** @throws InvalidArgumentError */
export function toPositive(text: string): number {
  const value = toNumber(text);
  if (value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** @throws InvalidArgumentError */
export function toShare(text: string): number {
  const value = toNumber(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

/** @throws InvalidArgumentError */
export function toCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number, 1 or more.');
  return value;
}

/** Of a flag that may be given several times. */
export const collect = (value: string, others: string[] = []) => [...others, value];
