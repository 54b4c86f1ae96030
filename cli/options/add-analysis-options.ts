import { type Command, Option } from 'commander';
import { AnalysisOptions, PRODUCT_DEFAULTS } from '../../core/contracts/analysis-options.ts';
import { Device } from '../../core/contracts/device.ts';
import { collect, toNumber } from './parse-values.ts';

const { confidence, iou, maxDetections } = PRODUCT_DEFAULTS;
const { mask, polygonTolerance } = AnalysisOptions.parse({});
const orElse = (value: number | string) => `; ${value} unless the model says otherwise`;

/** The flags that say how images are looked at; `readOptions` reads them. */
export const addAnalysisOptions = (command: Command): Command =>
  command
    .option('--confidence <share>', `drop what scores less${orElse(confidence)}`, toNumber)
    .option('--iou <share>', `drop the weaker of two boxes that overlap by more${orElse(iou)}`, toNumber)
    .option('--max-detections <number>', `report no more than this${orElse(maxDetections)}`, toNumber)
    .option('--class <name>', 'report this class only; may be given several times', collect)
    .option('--class-agnostic', 'let boxes of different classes suppress one another')
    .addOption(
      new Option('--mask <format>', `how masks are written; ${mask} where absent`).choices([
        'rle',
        'polygon',
        'png',
        'none',
      ]),
    )
    .option(
      '--polygon-tolerance <pixels>',
      `how far a polygon may stray from the mask, where 0 is exact; ${polygonTolerance} where absent`,
      toNumber,
    )
    .option('--tiles [size]', 'look at overlapping tiles too: for small objects in large images', toNumber)
    .option('--tile-overlap <share>', 'what neighbouring tiles have in common; 0.2 where absent', toNumber)
    .option('--region <corners>', 'only inside "x,y x,y x,y"; may be given several times', collect)
    .option('--pixels-per-cm <number>', 'the scale, for areas in cm²', toNumber)
    .option('--scale-uncertainty <share>', 'how far the scale may be off; 0 where absent', toNumber)
    .option(
      '--reference <class=size>',
      'the scale by an object in the image: plate=27 or card=8.56x5.398 (cm)',
    );

/** Where a deployment analyses; what is analysed here runs on this machine. */
export const addDeviceOption = (command: Command): Command =>
  command.addOption(
    new Option('--device <name>', "where images are analysed; the model's own where absent").choices(
      Device.options,
    ),
  );
