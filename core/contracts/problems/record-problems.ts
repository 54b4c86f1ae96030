import type { ProblemCode } from './problem-code.ts';

/** `error.code` of a job that failed; the codes of unusable images and videos occur too. */
export const JOB_PROBLEMS: readonly ProblemCode[] = [
  [
    'analysis_failed',
    undefined,
    'The analysis failed for a reason that is not the input. It is refunded.',
    'Retry it.',
  ],
  [
    'analysis_timed_out',
    undefined,
    'It took longer than it may. It is refunded.',
    'Ask for fewer or larger tiles, or a smaller model.',
  ],
  [
    'model_output_no_numbers',
    undefined,
    'The model returned values that are not numbers (NaN).',
    'Export the model anew, in 32-bit floats.',
  ],
  [
    'model_too_large',
    undefined,
    'The model does not fit into the memory of its worker. It is refunded.',
    'Take a smaller model, or tell the operator.',
  ],
  [
    'image_gone',
    undefined,
    'The image was deleted before it was analysed. It is refunded.',
    'Upload it again.',
  ],
  [
    'video_gone',
    undefined,
    'The video was deleted before it was analysed. It is refunded.',
    'Upload it again.',
  ],
];

/** Of a file of an upload, or of the whole of it: `refused[].code`; the codes of unusable images occur too. */
export const UPLOAD_PROBLEMS: readonly ProblemCode[] = [
  [
    'unsafe_path',
    undefined,
    'The name in the zip points outside of it: `..`, an absolute path, a drive.',
    'Pack it anew.',
  ],
  ['symlink', undefined, 'The entry is a symbolic link.', 'Pack the file itself.'],
  ['encrypted_entry', undefined, 'The entry needs a password.', 'Pack it without.'],
  ['nested_archive', undefined, 'The entry is an archive itself.', 'Unpack it first.'],
  [
    'unsupported_entry',
    undefined,
    'The name is neither an image’s nor a video’s.',
    'Leave it out, or correct its ending.',
  ],
  [
    'suspicious_ratio',
    undefined,
    'The entry unpacks to more than 100 times its size, and to more than 1 MB.',
    'Upload it on its own.',
  ],
  ['entry_too_large', undefined, 'The entry is larger than its kind may be.', 'Make it smaller.'],
  ['empty_entry', undefined, 'The entry has no bytes.', 'Leave it out.'],
  [
    'damaged_entry',
    undefined,
    'Size or checksum are not what the directory of the zip says.',
    'Pack it anew.',
  ],
  [
    'entry_failed',
    undefined,
    'The entry could not be taken in, for a reason other than the file.',
    'Upload it again.',
  ],
  ['entries_failed', undefined, 'The same for several entries at once.', 'Upload them again.'],
  ['damaged_zip', undefined, 'It is no zip, it is cut off, or its entries share bytes.', 'Pack it anew.'],
  ['too_many_entries', undefined, 'The zip has more than 10,000 entries.', 'Divide it.'],
  ['empty_zip', undefined, 'The zip has no files.', 'Pack some.'],
  [
    'upload_failed',
    undefined,
    'The upload could not be taken in, for a reason other than the file; or nothing ever came.',
    'Upload it again.',
  ],
  ['upload_ended', undefined, 'The upload had ended before this was taken in.', 'Upload it again.'],
  [
    'damaged_video',
    undefined,
    'It is no video, it ends before its frames do, or they cannot be decoded.',
    'Send it anew from its source.',
  ],
  ['no_video_stream', undefined, 'It has only sound, or a track without frames.', 'Send a video.'],
  ['empty_video', undefined, 'It has no frames.', 'Send one that has.'],
  ['unsupported_video', undefined, 'It has another container format.', 'Convert it to MP4, MOV or WebM.'],
  ['video_too_large', undefined, 'Its frames have more pixels than are accepted.', 'Make it smaller.'],
  ['video_too_long', undefined, 'It lasts longer than is accepted.', 'Divide it.'],
  [
    'video_too_heavy',
    undefined,
    'All its frames together have more pixels than are accepted.',
    'Make it smaller, or divide it.',
  ],
  [
    'too_many_frames',
    undefined,
    'It gives more frames than are accepted at the rate asked for.',
    'Ask for fewer frames a second.',
  ],
];

/** `refusal.code` of a version of a model. */
export const MODEL_PROBLEMS: readonly ProblemCode[] = [
  [
    'wrong_size',
    undefined,
    'The file has not the size that was announced.',
    'Send the file that the manifest is of.',
  ],
  [
    'wrong_sha256',
    undefined,
    'The bytes are not those that were announced.',
    'Send the file that the manifest is of.',
  ],
  ['no_onnx_model', undefined, 'The file is not an ONNX model.', 'Export it by `yolo export format=onnx`.'],
  [
    'custom_operators',
    undefined,
    'It needs operators that neither ONNX nor ONNX Runtime has.',
    'Export it without them; the detail names them.',
  ],
  ['external_weights', undefined, 'It keeps its weights in separate files.', 'Export it as one file.'],
  [
    'unknown_model_layout',
    undefined,
    'Its outputs fit no family that is known.',
    'The detail names the shapes seen and known.',
  ],
  [
    'unusable_model',
    undefined,
    'It cannot be loaded, or its inputs and outputs are not 32-bit floats.',
    'Export it anew, in 32-bit floats.',
  ],
  [
    'manifest_mismatch',
    undefined,
    'The manifest disagrees with the file.',
    'Write it by `segmentry models inspect --json`.',
  ],
  [
    'trial_failed',
    undefined,
    'It failed in its trial run, or returned values that are not numbers.',
    'Try it by `segmentry detect` first.',
  ],
  ['trial_stalled', undefined, 'Its trial run took too long.', 'Use a smaller model or input.'],
  ['trial_out_of_memory', undefined, 'Its trial run took too much memory.', 'Use a smaller model or input.'],
  [
    'trial_crashed',
    undefined,
    'Its trial run brought its process down.',
    'Try it by `segmentry detect` first.',
  ],
  ['check_failed', undefined, 'The check itself failed.', 'Add the version again.'],
];
