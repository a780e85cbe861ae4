using Microsoft.Extensions.Logging.Abstractions;
using OrleansDiffusion.Files;
using OrleansDiffusion.Jobs;
using static OrleansDiffusion.Storage.Tests.Examples;

namespace OrleansDiffusion.Storage.Tests;

public sealed class FolderArtifactStoreTests : IAsyncDisposable
{
    private const string AbcId = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly DataFolder _folder = new();
    private readonly RecordedSteps _steps = new();

    private string Root => _folder.Options.ArtifactFolder;

    private string AbcPath => Path.Combine(Root, "ba", AbcId);

    [Fact]
    public async Task A_file_is_synced_before_it_has_its_name_and_its_folder_after()
    {
        await Open().Put("abc"u8.ToArray(), Cancellation);
        Assert.Equal(
            [$"write {Root}/temporary/{AbcId}.w1.1", $"rename {Root}/temporary/{AbcId}.w1.1 {AbcPath}", $"sync {Root}/ba"],
            _steps.Done);
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "temporary")));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("rename")]
    [InlineData("sync")]
    public async Task A_fault_at_any_step_is_told_and_a_repeat_succeeds(string step)
    {
        var store = Open();
        _steps.Faults[step] = new IOException("pulled");
        var error = await Assert.ThrowsAsync<StorageException>(() => store.Put("abc"u8.ToArray(), Cancellation));
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        Assert.Equal($"The artifact {AbcPath} cannot be written: pulled", error.Message);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "temporary")));
        Assert.Equal(step == "sync", File.Exists(AbcPath));

        _steps.Faults.Clear();
        Assert.Equal(AbcId, await store.Put("abc"u8.ToArray(), Cancellation));
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
        Assert.Equal($"sync {Root}/ba", _steps.Done[^1]);
    }

    [Fact]
    public async Task A_full_disk_is_called_full()
    {
        _steps.Faults["write"] = new IOException("No space left on device", 28);
        var error = await Assert.ThrowsAsync<StorageException>(() => Open().Put("abc"u8.ToArray(), Cancellation));
        Assert.Equal(ErrorCode.StorageFull, error.Code);
        Assert.Equal($"The artifact {AbcPath} cannot be written: the disk is full.", error.Message);
    }

    [Fact]
    public async Task What_a_crash_left_half_written_is_removed_at_a_start_an_hour_later()
    {
        Open();
        var leftover = await Temporary("half", TimeSpan.FromMinutes(61));
        Open();
        Assert.False(File.Exists(leftover));
    }

    [Fact]
    public async Task What_another_process_is_writing_is_left_to_it()
    {
        Open();
        var half = await Temporary("half", TimeSpan.FromMinutes(59));
        var store = Open();
        Assert.True(File.Exists(half));
        Assert.Equal([half], Directory.EnumerateFiles(Path.Combine(Root, "temporary"))); // Nothing of the start itself stays.

        await store.Put("abc"u8.ToArray(), Cancellation);
        Assert.Equal("ab", await File.ReadAllTextAsync(half, Cancellation));
    }

    [Fact]
    public async Task Processes_that_share_a_folder_store_the_same_picture_at_once_without_meeting()
    {
        // As two processes: writers that do not know of each other, and so count alike.
        FolderArtifactStore[] stores = [_folder.OpenArtifacts(), _folder.OpenArtifacts()];
        var files = Enumerable.Range(0, 50).Select(i => new byte[] { (byte)i }).ToList();
        var puts = await Task.WhenAll(stores.SelectMany(store => files.Select(file => store.Put(file, Cancellation))));
        Assert.Equal(puts[..50], puts[50..]);
        foreach (var (id, file) in puts.Zip(files)) Assert.Equal(file, await File.ReadAllBytesAsync(Path.Combine(Root, id[..2], id), Cancellation));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "temporary")));
    }

    [Theory]
    [InlineData("abd")]
    [InlineData("ab")]
    [InlineData("")]
    public async Task A_file_that_does_not_match_its_name_is_put_aside_and_stored_anew(string damaged)
    {
        var store = Open();
        await store.Put("abc"u8.ToArray(), Cancellation);
        await File.WriteAllTextAsync(AbcPath, damaged, Cancellation);

        Assert.Null(await store.Open(AbcId, Cancellation));
        Assert.False(File.Exists(AbcPath));
        Assert.Equal(damaged, await File.ReadAllTextAsync(Path.Combine(Root, "quarantine", AbcId), Cancellation));

        await File.WriteAllTextAsync(AbcPath, damaged, Cancellation);
        await store.Put("abc"u8.ToArray(), Cancellation);
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_there_already_is_not_written_again()
    {
        var store = Open();
        await store.Put("abc"u8.ToArray(), Cancellation);
        _steps.Done.Clear();
        await store.Put("abc"u8.ToArray(), Cancellation);
        Assert.Equal([$"touch {AbcPath}", $"sync {Root}/ba"], _steps.Done); // The first writer may have died before its own sync.
    }

    [Fact]
    public async Task A_file_that_cannot_be_made_young_is_written_again()
    {
        var store = Open();
        await Aged(store);
        _steps.Faults["touch"] = new UnauthorizedAccessException("another user's");
        await store.Put("abc"u8.ToArray(), Cancellation);
        Assert.False(await store.Delete(AbcId, HourAgo, Cancellation));
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
    }

    [Fact]
    public async Task A_file_that_is_stored_again_is_as_young_as_a_new_one()
    {
        var store = Open();
        await Aged(store);
        await store.Put("abc"u8.ToArray(), Cancellation);
        Assert.False(await store.Delete(AbcId, HourAgo, Cancellation));
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
    }

    [Theory]
    [InlineData("rename")] // Delete has looked at the age, and moves nothing yet: the file is made young.
    [InlineData("deleting")] // It has moved the file: a new one is written.
    public async Task A_file_that_is_stored_again_while_it_is_deleted_stays(string step)
    {
        var (store, other) = (Open(), _folder.OpenArtifacts());
        await Aged(store);
        _steps.Before[step] = () => Assert.Equal(AbcId, other.Put("abc"u8.ToArray(), Cancellation).GetAwaiter().GetResult());
        Assert.False(await store.Delete(AbcId, HourAgo, Cancellation));
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "temporary")));
    }

    [Fact]
    public async Task A_file_that_is_deleted_while_it_is_stored_again_is_written_anew()
    {
        var (store, other) = (Open(), _folder.OpenArtifacts());
        await Aged(store);
        _steps.Before["touch"] = () => Assert.True(other.Delete(AbcId, HourAgo, Cancellation).GetAwaiter().GetResult());
        await store.Put("abc"u8.ToArray(), Cancellation);
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
    }

    [Fact]
    public async Task A_file_whose_deleter_died_before_it_decided_has_its_name_back_at_the_next_start()
    {
        var store = Open();
        await Aged(store);
        _steps.Before["deleting"] = () => throw new IOException("killed");
        await Assert.ThrowsAsync<StorageException>(() => store.Delete(AbcId, HourAgo, Cancellation));
        Assert.False(File.Exists(AbcPath));
        Open();
        Assert.Equal("abc", await File.ReadAllTextAsync(AbcPath, Cancellation));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Root, "temporary")));
    }

    [Fact]
    public void A_folder_that_cannot_be_created_is_named()
    {
        File.WriteAllText(Root, "");
        var error = Assert.Throws<StorageException>(Open);
        Assert.Equal(ErrorCode.StorageUnavailable, error.Code);
        Assert.StartsWith($"The data folder {Path.Combine(Root, "temporary")} cannot be written: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void New_folders_are_created_once_and_a_missing_one_cannot_be_synced()
    {
        var path = Path.Combine(_folder.Path, "x", "y");
        DurableFolder.Create(path);
        DurableFolder.Create(path);
        Assert.True(Directory.Exists(path));
        FolderSync.Sync(path);
        if (!OperatingSystem.IsWindows()) Assert.Throws<IOException>(() => FolderSync.Sync(Path.Combine(path, "z")));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private static DateTimeOffset HourAgo => TimeProvider.System.GetUtcNow().AddHours(-1);

    /// <summary>A picture that was stored long ago.</summary>
    private async Task Aged(FolderArtifactStore store)
    {
        await store.Put("abc"u8.ToArray(), Cancellation);
        File.SetLastWriteTimeUtc(AbcPath, HourAgo.UtcDateTime.AddHours(-1));
        _steps.Done.Clear();
    }

    private FolderArtifactStore Open() => new(Root, NullLogger<FolderArtifactStore>.Instance, _steps, "w1");

    private async Task<string> Temporary(string name, TimeSpan age)
    {
        var path = Path.Combine(Root, "temporary", name);
        await File.WriteAllTextAsync(path, "ab", Cancellation);
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path) - age);
        return path;
    }

    /// <summary>The real steps, written down; each can be made to fail before it does anything.</summary>
    private sealed class RecordedSteps : IFileSteps
    {
        private readonly FileSteps _real = new();

        public List<string> Done { get; } = [];

        public Dictionary<string, Exception> Faults { get; } = [];

        /// <summary>Done once, before the step; "deleting" is after a rename to such a name.</summary>
        public Dictionary<string, Action> Before { get; } = [];

        public void WriteAndSync(string path, ReadOnlySpan<byte> file)
        {
            Enter("write", path);
            _real.WriteAndSync(path, file);
        }

        public void Rename(string from, string to)
        {
            Enter("rename", $"{from} {to}");
            _real.Rename(from, to);
            if (to.EndsWith(".deleting", StringComparison.Ordinal)) Meanwhile("deleting");
        }

        public void Touch(string path, DateTime time)
        {
            Enter("touch", path);
            _real.Touch(path, time);
        }

        public void SyncFolder(string path)
        {
            Enter("sync", path);
            _real.SyncFolder(path);
        }

        private void Enter(string step, string what)
        {
            Meanwhile(step);
            if (Faults.TryGetValue(step, out var fault)) throw fault;
            Done.Add($"{step} {what}");
        }

        private void Meanwhile(string step)
        {
            if (Before.Remove(step, out var action)) action();
        }
    }
}
