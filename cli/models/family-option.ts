import { Option } from 'commander';
import { ModelManifest } from '../../core/contracts/model-manifest.ts';

export const familyOption = () =>
  new Option('--family <name>', "what the model's outputs are, where they leave it open").choices(
    ModelManifest.shape.family.options,
  );
