import {
  type LambdaClient,
  ListFunctionsCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';

export interface Listener {
  /** @returns the address that functions of a construct are to call. */
  listenFor(construct: string): Promise<string>;
}

/** Has all functions call the proxy in the place of the emulator. */
export async function putBehind(lambda: LambdaClient, proxy: Listener): Promise<void> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({ MaxItems: 50 }));
  for (const { FunctionName = '', Environment } of Functions) {
    const construct = /^Segmentry[A-Za-z]*?-([A-Za-z]+?)Function/.exec(FunctionName)?.[1];
    if (construct === undefined) continue;
    const proxyUrl = await proxy.listenFor(construct);
    const moved = Object.entries(Environment?.Variables ?? {}).map(([name, value]) => [
      name,
      // The SDK takes a queue's address for the endpoint.
      value.replace(/^http:\/\/[^/]+(?=\/\d+\/)/, proxyUrl),
    ]);
    const Variables = { ...Object.fromEntries(moved), AWS_ENDPOINT_URL: proxyUrl };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  }
}
