import * as z from 'zod';

/** What a model runs on: the processors of a Lambda function, or a task with a GPU. */
export const Device = z.enum(['cpu', 'gpu']);
export type Device = z.infer<typeof Device>;

/** What onnxruntime computes with. */
export const ExecutionProvider = z.enum(['cpu', 'cuda']);
export type ExecutionProvider = z.infer<typeof ExecutionProvider>;
