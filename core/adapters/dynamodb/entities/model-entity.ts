import { CustomAttributeType } from 'electrodb';
import { Device } from '../../../contracts/device.ts';
import { type ModelRefusal, ModelStatus } from '../../../contracts/http/models.ts';
import { ModelManifest } from '../../../contracts/model-manifest.ts';
import { defineEntity } from './define-entity.ts';

const { family, task } = ModelManifest.shape;

export const modelEntity = defineEntity({
  model: { service: 'segmentry', entity: 'model', version: '1' },
  attributes: {
    id: { type: 'string', required: true },
    version: { type: 'string', required: true },
    family: { type: family.options, required: true },
    task: { type: task.options, required: true },
    classes: { type: CustomAttributeType<string[]>('any'), required: true },
    inputSize: { type: CustomAttributeType<ModelManifest['inputSize']>('any'), required: true },
    licence: { type: 'string', required: true },
    sha256: { type: 'string', required: true },
    preprocessing: { type: CustomAttributeType<ModelManifest['preprocessing']>('any') },
    outputs: { type: CustomAttributeType<ModelManifest['outputs']>('any') },
    defaults: { type: CustomAttributeType<ModelManifest['defaults']>('any') },
    device: { type: Device.options },
    status: { type: ModelStatus.options, required: true },
    refusal: { type: CustomAttributeType<ModelRefusal>('any') },
    registeredAt: { type: 'string', required: true },
    /** Of what came by a form. */
    sizeBytes: { type: 'number' },
    proposal: { type: 'string' },
    /** The version of the object that claimed the proposal. */
    objectVersion: { type: 'string' },
  },
  indexes: {
    /** All of them share one partition: they are few, and listed together. */
    all: { pk: { field: 'pk', composite: [] }, sk: { field: 'sk', composite: ['id', 'version'] } },
  },
});
