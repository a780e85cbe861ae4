namespace OrleansDiffusion.Storage.Tests;

public sealed class SqliteJobStoreTests : JobStoreContract, IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    public SqliteJobStoreTests() => Store = new SqliteJobStore(_folder.Open());

    protected override IJobStore Store { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

public sealed class SqliteJobListTests : JobListContract, IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    public SqliteJobListTests() => Store = new SqliteJobStore(_folder.Open());

    protected override IJobStore Store { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

public sealed class SqliteCheckpointTests : CheckpointContract, IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    public SqliteCheckpointTests() => Store = new SqliteJobStore(_folder.Open());

    protected override IJobStore Store { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

public sealed class SqliteModelStoreTests : ModelStoreContract, IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    public SqliteModelStoreTests() => Store = new SqliteModelStore(_folder.Open());

    protected override IModelStore Store { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

public sealed class SqliteKeyStoreTests : KeyStoreContract, IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    public SqliteKeyStoreTests() => Store = new SqliteKeyStore(_folder.Open());

    protected override IKeyStore Store { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

public sealed class SqliteUsageStoreTests : UsageStoreContract, IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    public SqliteUsageStoreTests() => Store = new SqliteUsageStore(_folder.Open());

    protected override IUsageStore Store { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}

public sealed class FolderArtifactStoreContractTests : ArtifactStoreContract, IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    public FolderArtifactStoreContractTests() => Store = _folder.OpenArtifacts();

    protected override IArtifactStore Store { get; }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
