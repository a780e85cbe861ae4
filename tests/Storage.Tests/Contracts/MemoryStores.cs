using OrleansDiffusion.Fakes;

namespace OrleansDiffusion.Storage.Tests;

// The fakes that other tests rely on keep the same contracts as the stores that the product uses.
public sealed class MemoryJobStoreTests : JobStoreContract
{
    protected override IJobStore Store { get; } = new MemoryJobStore();
}

public sealed class MemoryJobListTests : JobListContract
{
    protected override IJobStore Store { get; } = new MemoryJobStore();
}

public sealed class MemoryCheckpointTests : CheckpointContract
{
    protected override IJobStore Store { get; } = new MemoryJobStore();
}

public sealed class MemoryModelStoreTests : ModelStoreContract
{
    protected override IModelStore Store { get; } = new MemoryModelStore();
}

public sealed class MemoryKeyStoreTests : KeyStoreContract
{
    protected override IKeyStore Store { get; } = new MemoryKeyStore();
}

public sealed class MemoryUsageStoreTests : UsageStoreContract
{
    protected override IUsageStore Store { get; } = new MemoryUsageStore();
}

public sealed class MemoryArtifactStoreTests : ArtifactStoreContract
{
    protected override IArtifactStore Store { get; } = new MemoryArtifactStore();
}
