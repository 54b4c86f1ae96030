import { expect, test } from 'vitest';
import { matchName } from '../../../cli/dead-letters/dead-letters.ts';

const all = ['Analysis', 'DeliverWebhookDeliveries', 'IngestUploadUploads', 'PlanUploads'].map((name) => ({
  name,
}));

test.each([
  ['Analysis', 'Analysis'],
  ['AnalysisDeadLetters', 'Analysis'],
  ['deliveries', 'DeliverWebhookDeliveries'],
])('%s names the dead letters of %s', (name, expected) => {
  expect(matchName(all, name).name).toBe(expected);
});

test.each([
  ['nothing', 'No dead letters are called "nothing". There are Analysis, DeliverWebhookDeliveries'],
  ['uploads', 'Several dead letters are called "uploads"'],
])('%s is refused: %s', (name, words) => {
  expect(() => matchName(all, name)).toThrow(words);
});
