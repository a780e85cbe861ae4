namespace OrleansDiffusion.Storage.Tests;

public sealed class PostgresJobStoreTests(PostgresFixture postgres) : JobStoreContract, IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private PostgresJobStore? _store;

    protected override IJobStore Store => _store ??= new(_database.Open());

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

public sealed class PostgresJobListTests(PostgresFixture postgres) : JobListContract, IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private PostgresJobStore? _store;

    protected override IJobStore Store => _store ??= new(_database.Open());

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

public sealed class PostgresCheckpointTests(PostgresFixture postgres) : CheckpointContract, IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private PostgresJobStore? _store;

    protected override IJobStore Store => _store ??= new(_database.Open());

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

public sealed class PostgresModelStoreTests(PostgresFixture postgres) : ModelStoreContract, IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private PostgresModelStore? _store;

    protected override IModelStore Store => _store ??= new(_database.Open());

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

public sealed class PostgresKeyStoreTests(PostgresFixture postgres) : KeyStoreContract, IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private PostgresKeyStore? _store;

    protected override IKeyStore Store => _store ??= new(_database.Open());

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}

public sealed class PostgresUsageStoreTests(PostgresFixture postgres) : UsageStoreContract, IAsyncLifetime
{
    private readonly TestDatabase _database = new(postgres);
    private PostgresUsageStore? _store;

    protected override IUsageStore Store => _store ??= new(_database.Open());

    public ValueTask InitializeAsync() => _database.InitializeAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
