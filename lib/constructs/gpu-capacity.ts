import { Size } from 'aws-cdk-lib';
import {
  AcceleratorManufacturer,
  AcceleratorType,
  type InstanceRequirementsConfig,
} from 'aws-cdk-lib/aws-ec2';
import {
  CapacityOptionType,
  type CapacityProviderStrategy,
  type CfnCapacityProvider,
  Cluster,
  type ICluster,
  ManagedInstancesCapacityProvider,
  type ManagedInstancesCapacityProviderProps,
} from 'aws-cdk-lib/aws-ecs';
import type { CfnInstanceProfile, CfnRole } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { nameInRegion } from '../name-in-region.ts';
import type { Settings } from '../settings.ts';
import { GpuNetwork } from './gpu-network.ts';

/** One GPU by NVIDIA, and no more processors than its task uses. */
const MACHINES: InstanceRequirementsConfig = {
  allowedInstanceTypes: ['g6.*', 'g5.*', 'g4dn.*'],
  acceleratorTypes: [AcceleratorType.GPU],
  acceleratorManufacturers: [AcceleratorManufacturer.NVIDIA],
  acceleratorCountMin: 1,
  acceleratorCountMax: 1,
  vCpuCountMin: 4,
  vCpuCountMax: 8,
  memoryMin: Size.gibibytes(15),
};

/** For the image, which has CUDA's libraries, and the weights. */
const DISK = Size.gibibytes(60);

/** ECS may hand on only roles whose names begin so. */
const ROLE_PREFIX = 'ecsInstanceRole';
const ROLE_NAME_CHARACTERS = 64;

/** How long ECS keeps a machine without tasks. */
const SCALE_IN_AFTER_SECONDS = 300;

/** Machines that ECS starts as tasks need them, and stops after: on demand, and on Spot. */
export class GpuCapacity extends Construct {
  readonly cluster: ICluster;
  readonly strategies: CapacityProviderStrategy[];

  constructor(scope: Construct, id: string, { gpuOnDemandTasks }: Pick<Settings, 'gpuOnDemandTasks'>) {
    super(scope, id);
    const { vpc, securityGroup } = new GpuNetwork(this, 'Network');
    const cluster = new Cluster(this, 'Cluster', { vpc });
    const common = {
      subnets: vpc.publicSubnets,
      securityGroups: [securityGroup],
      instanceRequirements: MACHINES,
      taskVolumeStorage: DISK,
    };
    const onDemand = this.#provide('OnDemand', {
      ...common,
      capacityOptionType: CapacityOptionType.ON_DEMAND,
    });
    nameRole(onDemand);
    const { infrastructureRole, ec2InstanceProfile } = onDemand;
    const spot = this.#provide('Spot', {
      ...common,
      infrastructureRole,
      ec2InstanceProfile,
      capacityOptionType: CapacityOptionType.SPOT,
    });
    for (const provider of [onDemand, spot]) cluster.addManagedInstancesCapacityProvider(provider);
    this.cluster = cluster as ICluster;
    this.strategies = [
      { capacityProvider: onDemand.capacityProviderName, base: gpuOnDemandTasks, weight: 0 },
      { capacityProvider: spot.capacityProviderName, weight: 1 },
    ];
  }

  #provide(id: string, props: ManagedInstancesCapacityProviderProps): ManagedInstancesCapacityProvider {
    const provider = new ManagedInstancesCapacityProvider(this, id, props);
    // The construct does not know it yet.
    (provider.node.defaultChild as CfnCapacityProvider).addPropertyOverride(
      'ManagedInstancesProvider.InfrastructureOptimization.ScaleInAfter',
      SCALE_IN_AFTER_SECONDS,
    );
    return provider;
  }
}

/** The construct names them as in every other region. */
function nameRole({ node }: ManagedInstancesCapacityProvider): void {
  const [role, profile] = ['InstanceRole', 'InstanceProfile'].map(
    (id) => node.findChild(id).node.defaultChild,
  ) as [CfnRole, CfnInstanceProfile];
  const name = ROLE_PREFIX + nameInRegion(role, ROLE_NAME_CHARACTERS - ROLE_PREFIX.length);
  role.roleName = name;
  profile.instanceProfileName = name;
}
