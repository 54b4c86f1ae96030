import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** DynamoDB Local, which binds all interfaces and can't be told otherwise, on 127.0.0.1; ends with its parent. */
public final class LoopbackDynamoDb {
  public static void main(String[] arguments) throws Exception {
    ProcessHandle.current().parent().orElseThrow().onExit().thenRun(() -> Runtime.getRuntime().halt(0));
    DynamoDBProxyServer proxy = ServerRunner.createServerFromCommandLineArgs(arguments);
    for (Connector connector : jettyOf(proxy).getConnectors()) {
      ((ServerConnector) connector).setHost("127.0.0.1");
    }
    proxy.start();
    proxy.join();
  }

  private static Server jettyOf(DynamoDBProxyServer proxy) throws IllegalAccessException {
    for (Field field : DynamoDBProxyServer.class.getDeclaredFields()) {
      field.setAccessible(true);
      if (field.get(proxy) instanceof Server server) {
        return server;
      }
    }
    throw new IllegalStateException("This DynamoDB Local keeps no Jetty server where the pinned one does.");
  }
}
