import { expect, test } from 'vitest';
import { AnalysisOptions, PRODUCT_DEFAULTS } from '../../../../core/contracts/analysis-options.ts';
import { applyDefaults } from '../../../../core/domain/analysis/apply-defaults.ts';

const asked = (options: object) => AnalysisOptions.parse(options);

test('what a job asks for goes before what suits its model, and that before what suits most', () => {
  const defaults = { confidence: 0.4, classAgnosticNms: true };
  expect(applyDefaults(asked({ confidence: 0 }), { defaults })).toMatchObject({
    confidence: 0,
    iou: PRODUCT_DEFAULTS.iou,
    classAgnosticNms: true,
  });
  expect(applyDefaults(asked({ classAgnosticNms: false }), { defaults })).toMatchObject({
    confidence: 0.4,
    classAgnosticNms: false,
  });
});

test('a model without defaults takes those of the product; other options stay as they were asked for', () => {
  const options = asked({ classes: ['dog'], mask: 'polygon' });
  expect(applyDefaults(options, {})).toEqual({ ...options, ...PRODUCT_DEFAULTS });
});
