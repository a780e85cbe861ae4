using Dapper;
using Microsoft.Data.Sqlite;
using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class StorageTroubleTests : IAsyncDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public async Task A_full_disk_refuses_the_next_write_and_loses_nothing()
    {
        var store = new SqliteJobStore(_folder.Open(_folder.Options with { DatabaseBytesMax = 200_000 }));
        List<string> accepted = [];
        var error = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            for (var i = 0; i < 10_000; i++) accepted.Add((await store.Insert(Job($"j{i}"), Cancellation)).Id);
        });

        Assert.Equal(ErrorCode.StorageFull, error.Code);
        Assert.Equal($"The database {_folder.Options.DatabaseFile} cannot grow: the disk or its limit is full.", error.Message);
        Assert.InRange(accepted.Count, 10, 1000);
        Assert.Equal(accepted.Count, (await store.Unfinished(null, 10_000, Cancellation)).Count);

        // What needs no room still works, and makes some.
        foreach (var id in accepted.Take(accepted.Count / 2))
        {
            Assert.True(await store.Update(Finished(Job(id)), 0, Cancellation));
            Assert.Equal(1, await store.DeleteFinished(Noon.AddDays(1), 10, Cancellation));
        }

        await store.Insert(Job("again"), Cancellation);
    }

    [Fact]
    public async Task A_disk_too_full_for_the_tables_is_named_and_a_later_start_makes_them()
    {
        var tooSmall = _folder.Open(_folder.Options with { DatabaseBytesMax = 12_000 });
        var error = await Assert.ThrowsAsync<StorageException>(() => tooSmall.Prepare(Cancellation));
        Assert.Equal(ErrorCode.StorageFull, error.Code);
        Assert.Equal($"The database {_folder.Options.DatabaseFile} cannot grow: the disk or its limit is full.", error.Message);

        var store = new SqliteJobStore(_folder.Open());
        await store.Insert(Job("later"), Cancellation);
        Assert.NotNull(await store.Find("later", Cancellation));
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_created_is_named()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancellation);
        var folder = Path.Combine(file, "data");
        var error = await Assert.ThrowsAsync<StorageException>(() => _folder.Open(new() { DataFolder = folder }).Prepare(Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        Assert.StartsWith($"The data folder {folder} cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_folder_is_created_with_its_parents()
    {
        var options = new StorageOptions { DataFolder = Path.Combine(_folder.Path, "a", "b") };
        await _folder.Open(options).Prepare(Cancellation);
        Assert.True(File.Exists(options.DatabaseFile));
        Assert.DoesNotContain(Directory.EnumerateFiles(options.DataFolder), file => file.Contains("writable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_database_that_cannot_be_opened_is_named()
    {
        Directory.CreateDirectory(_folder.Options.DatabaseFile);
        var error = await Assert.ThrowsAsync<StorageException>(() => _folder.Open().Prepare(Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        Assert.StartsWith($"The database {_folder.Options.DatabaseFile} cannot be opened: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_named_and_left_alone()
    {
        var text = new string('x', 5000);
        await File.WriteAllTextAsync(_folder.Options.DatabaseFile, text, Cancellation);
        var store = new SqliteJobStore(_folder.Open());
        var error = await Assert.ThrowsAsync<StorageException>(() => store.Insert(Job("j1"), Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        Assert.StartsWith($"The database {_folder.Options.DatabaseFile} is not a database: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(_folder.Options.DatabaseFile, Cancellation));
    }

    [Fact]
    public async Task Preparing_can_be_repeated_once_the_trouble_is_gone()
    {
        Directory.CreateDirectory(_folder.Options.DatabaseFile);
        var store = new SqliteJobStore(_folder.Open());
        await Assert.ThrowsAsync<StorageException>(() => store.Find("j1", Cancellation));
        Directory.Delete(_folder.Options.DatabaseFile);
        Assert.Null(await store.Find("j1", Cancellation));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_what_to_do()
    {
        await _folder.Open().Write(connection => connection.Execute("INSERT INTO schema_version VALUES (99, 0)"), Cancellation);
        var error = await Assert.ThrowsAsync<StorageException>(() => _folder.Open().Prepare(Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        Assert.Equal(
            $"The database {_folder.Options.DatabaseFile} has schema 99, and this program knows schemas up to {SqliteMigrations.NewestVersion}. " +
            "Use a newer program or another data folder.",
            error.Message);
    }

    [Fact]
    public async Task Several_processes_may_prepare_at_once_and_each_script_runs_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _folder.Open().Prepare(Cancellation)));
        var versions = await _folder.Open().Read(connection => connection.Query<int>("SELECT version FROM schema_version").AsList(), Cancellation);
        Assert.Equal(Enumerable.Range(1, SqliteMigrations.NewestVersion), versions);
    }

    [Fact]
    public async Task A_mistake_of_ours_is_no_trouble_of_the_disk()
    {
        const string mistake = "SELECT nothing FROM nowhere";
        var database = _folder.Open();
        await Assert.ThrowsAsync<SqliteException>(() => database.Read(connection => connection.Execute(mistake), Cancellation));
        await Assert.ThrowsAsync<SqliteException>(() => database.Write(connection => connection.Execute(mistake), Cancellation));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
