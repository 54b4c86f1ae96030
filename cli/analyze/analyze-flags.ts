import type { ConnectionFlags } from '../connection/connect.ts';
import type { AnalysisFlags } from '../options/read-options.ts';

export const FORMATS = ['json', 'csv', 'coco', 'yolo'] as const;
export type Format = (typeof FORMATS)[number];

export interface AnalyzeFlags extends AnalysisFlags, ConnectionFlags {
  readonly model?: string[];
  readonly dataset?: string;
  readonly out?: string;
  readonly format?: Format[];
  readonly overlays: boolean;
  readonly recursive?: boolean;
  readonly watch?: boolean;
  readonly parallel: number;
  readonly keep?: 'compressed' | 'original';
  readonly retentionDays?: number;
  readonly framesPerSecond?: number;
}
